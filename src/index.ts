/**
 * otelier: typed metric catalogues, started once, exported to the backends that the environment selects.
 *
 * @module
 */

export {
  type AttributesArgument,
  type AttributesOf,
  type AttributeType,
  type AttributeTypes,
  type AttributeValue,
  type AttributeValues,
  asError,
  boolean,
  type ErrorValue,
  integer,
  type NoAttributes,
  oneOf,
  optional,
  text,
} from './catalogue/attributes.js';
export { exponentialBuckets, linearBuckets } from './catalogue/buckets.js';
export {
  type Catalogue,
  type CatalogueOptions,
  type Definitions,
  defineCatalogue,
  type Metric,
} from './catalogue/catalogue.js';
export {
  counter,
  type DefinitionOptions,
  type GaugeMerge,
  type GaugeOptions,
  gauge,
  type HistogramOptions,
  histogram,
  type MetricDefinition,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  type Stability,
  type SumOptions,
  upDownCounter,
} from './catalogue/definitions.js';
export {
  type Info,
  type InfoDefinition,
  type InfoOptions,
  info,
  type MetricShape,
  type StateSet,
  type StateSetDefinition,
  type StateSetOptions,
  stateSet,
} from './catalogue/info-and-state-set.js';
export type {
  AttributesFor,
  BoundCounter,
  BoundGauge,
  BoundHistogram,
  BoundTimer,
  Counter,
  Gauge,
  Histogram,
  InstrumentOf,
  InstrumentsOf,
  Observable,
  Observation,
  ObserveCallback,
  TimeOptions,
  Timer,
} from './catalogue/instruments.js';
export type { Collector, Delivery, Pack, PackContext, VerbGuard } from './catalogue/pack.js';
export { type CatalogueView, viewsOf } from './catalogue/views.js';
export type { Backend, BackendContext, BackendKind, BackendStatus, ConfiguredBackend } from './delivery/contract.js';
export type { RejectionCounts, RejectionReason } from './engine/rejections.js';
export { MetricsError, type MetricsErrorCode, type Problem } from './errors.js';
export type { Clock } from './model/clock.js';
export type { InstrumentKind, ObservableInstrumentKind, SyncInstrumentKind } from './model/instrument.js';
export type { Scope } from './model/points.js';
export type { EnvironmentVariable, Option, OptionInput, OptionTable, OptionValues } from './options/option.js';
export type { Environment, Setting } from './options/resolve.js';
export type { Settings } from './settings/settings.js';
export type { BackendFlush, FlushResult } from './start/flush.js';
export { instrumentsOf } from './start/instruments-of.js';
export type { MetricsStatus } from './start/running-backends.js';
export type { RunningMetrics } from './start/running-metrics.js';
export type { Catalogues, Packs, StartSettings } from './start/start-settings.js';
export type {
  CounterSummary,
  CounterValues,
  GaugeSummary,
  HistogramSummary,
  HistogramValues,
  InfoSummary,
  LevelValues,
  MetricSummary,
  StateSetSummary,
  Summary,
  SummaryAttributes,
  SummaryControl,
  SummaryOptions,
  UpDownCounterSummary,
} from './start/summary-types.js';
export { type Metrics, type StartOptions, startMetrics } from './start.js';
