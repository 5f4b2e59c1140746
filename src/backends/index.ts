/**
 * `otelier/backends`: what a backend is made of, for those who write one more.
 *
 * A backend declares its options as a table, has a reader, and says how it is doing. One that pushes takes a
 * `PushReader`, which collects at an interval and hands what it collected to a `Sender`. One that sends requests has
 * `requestSender` do that over `createTransport`, and writes nothing but an encoder. `otelier/testing/backend` checks it.
 *
 * @module
 */

export type { Backlog } from '../delivery/backlog.js';
export { beginCollection } from '../delivery/begin-collection.js';
export type {
  Backend,
  BackendContext,
  BackendKind,
  BackendStatus,
  ConfiguredBackend,
  DropCause,
  PointCounts,
} from '../delivery/contract.js';
export { type Deliveries, type DeliveriesOptions, keepDeliveries, reasonOf } from '../delivery/deliveries.js';
export { PushReader, type PushTiming } from '../delivery/push-reader.js';
export { type RequestSenderOptions, requestSender } from '../delivery/requests.js';
export { exporterSender, loadedSender, type Outcome, type Sender } from '../delivery/sender.js';
export { createTransport, type Posted, type Transport, type TransportTarget } from '../delivery/transport.js';
export type { Clock } from '../model/clock.js';
export type { Collected } from '../model/collected.js';
export { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../model/instrument.js';
export type {
  DistributionPoint,
  Exemplar,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  Scope,
  SeriesKey,
  Temporality,
} from '../model/points.js';
export type { Answer, EncodedCollection, EncodedRequest } from '../model/request.js';
export {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  millisecondsOption,
  type Option,
  type OptionInput,
  type OptionTable,
  type OptionValues,
  pairsOption,
  redactUrl,
  secretOption,
  textOption,
  timeoutOption,
  urlOption,
} from '../options/option.js';
