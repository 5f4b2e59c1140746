/**
 * `otelier/backends`: the parts of a backend, for authors of further backends.
 *
 * A backend declares its options as a table, has a reader and reports its status. A backend that exports at an interval
 * gives a `PeriodicReader` an `Exporter`. A backend that sends requests uses `requestExporter` over `createHttpClient` and
 * provides an encoder. The conformance suite in `otelier/testing/backend` checks the result.
 *
 * @module
 */

export { type AccountOptions, type DeliveryAccount, type FailureKind, openAccount } from '../delivery/account.js';
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
export {
  type Exporter,
  type ExportOptions,
  type ExportPreferences,
  type ExportResult,
  lazyExporter,
  stockExporter,
} from '../delivery/exporter.js';
export { createHttpClient, type HttpClient, type HttpTarget } from '../delivery/http-client.js';
export type { FailedPost, PostResult } from '../delivery/http-response.js';
export { MemoryQueue } from '../delivery/memory-queue.js';
export { PeriodicReader, type PeriodicTiming } from '../delivery/periodic-reader.js';
export type { Queue } from '../delivery/queue.js';
export { reasonOf } from '../delivery/reason.js';
export { type RequestExporterOptions, requestExporter } from '../delivery/request-exporter.js';
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
  secretOption,
  textOption,
  timeoutOption,
  urlOption,
} from '../options/option.js';
export { pairsOption } from '../options/pairs-option.js';
export { redactUrl } from '../options/url.js';
