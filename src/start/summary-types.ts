/** Types of `metrics.summary()`: one entry per metric, typed by the catalogues and packs of the start. */
import type { AttributeTypes, AttributeValue } from '../catalogue/attributes.js';
import type { Definitions } from '../catalogue/catalogue.js';
import type { AttributesFor } from '../catalogue/instruments.js';
import type { Pack } from '../catalogue/pack.js';
import type { InstrumentKind, otherValue } from '../model/instrument.js';
import type { Catalogues, Packs } from './start-settings.js';

/** Values of a counter. */
export interface CounterValues {
  /** Sum since the start. */
  readonly total: number;
  /**
   * Increase per second since the previous call of `summary()`, or since the start for the first one. Calls within one
   * second share their beginning.
   */
  readonly rate: number;
}

/** Values of a gauge or an up-down counter; `undefined` without a value. */
export interface LevelValues {
  /** Current value. */
  readonly last: number | undefined;
  /** Smallest value that a call of `summary()` has seen, this call included. */
  readonly min: number | undefined;
  /** Largest value that a call of `summary()` has seen, this call included. */
  readonly max: number | undefined;
}

/** Values of a histogram since the start, in the unit of the metric; `undefined` without a recording. */
export interface HistogramValues {
  readonly count: number;
  readonly sum: number;
  readonly mean: number | undefined;
  /** Percentiles, interpolated within their bucket; never outside of the smallest and the largest recorded value. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  /** Largest recorded value. */
  readonly max: number | undefined;
}

/** Attributes of a series: those of the definition, where `_OTHER` stands for values beyond a limit. Frozen. */
export type SummaryAttributes<A = Record<string, AttributeValue>> = {
  readonly [K in keyof A]?: A[K] | typeof otherValue;
};

/** Kind and series of a metric in a summary. */
interface Summarized<K extends string, V, A> {
  readonly kind: K;
  /** Number of series that the values combine. */
  readonly seriesCount: number;
  /** The series with the largest values, in descending order: at most `maxSeries`. */
  readonly series: readonly (V & { readonly attributes: SummaryAttributes<A> })[];
}

/** Counter in a summary: the sums of its series. */
export interface CounterSummary<A = Record<string, AttributeValue>>
  extends CounterValues,
    Summarized<'counter', CounterValues, A> {}

/** Up-down counter in a summary: the sum of its series, and the extremes of that sum among calls with the same `where`. */
export interface UpDownCounterSummary<A = Record<string, AttributeValue>>
  extends LevelValues,
    Summarized<'upDownCounter', LevelValues, A> {}

/** Gauge in a summary: the value that was recorded last in any series, and the extremes of all series. */
export interface GaugeSummary<A = Record<string, AttributeValue>>
  extends LevelValues,
    Summarized<'gauge', LevelValues, A> {}

/** Histogram in a summary: the distribution of all series together. */
export interface HistogramSummary<A = Record<string, AttributeValue>>
  extends HistogramValues,
    Summarized<'histogram', HistogramValues, A> {}

/** State set in a summary. */
export interface StateSetSummary<S extends string = string, A = Record<string, AttributeValue>> {
  readonly kind: 'stateSet';
  /** State that was set last, with any attributes; `undefined` before the first. */
  readonly state: S | undefined;
  /** Number of attribute objects with a state; 1 without attributes. */
  readonly seriesCount: number;
  /** Current states by attributes, the latest first: at most `maxSeries`. */
  readonly series: readonly { readonly state: S; readonly attributes: SummaryAttributes<A> }[];
}

/** Info metric in a summary. */
export interface InfoSummary<A = Record<string, AttributeValue>> {
  readonly kind: 'info';
  /** Attributes that were set last; `undefined` before the first. */
  readonly attributes: SummaryAttributes<A> | undefined;
  /** Number of attribute objects that are set. */
  readonly seriesCount: number;
  /** Attribute objects, the latest first: at most `maxSeries`. */
  readonly series: readonly { readonly attributes: SummaryAttributes<A> }[];
}

/** A metric of any kind in a summary; `kind` tells them apart. */
export type MetricSummary<A = Record<string, AttributeValue>> =
  | CounterSummary<A>
  | UpDownCounterSummary<A>
  | GaugeSummary<A>
  | HistogramSummary<A>
  | StateSetSummary<string, A>
  | InfoSummary<A>;

interface SummaryByKind<A> {
  counter: CounterSummary<A>;
  observableCounter: CounterSummary<A>;
  upDownCounter: UpDownCounterSummary<A>;
  observableUpDownCounter: UpDownCounterSummary<A>;
  gauge: GaugeSummary<A>;
  observableGauge: GaugeSummary<A>;
  histogram: HistogramSummary<A>;
}

type SummaryOf<M extends { kind: InstrumentKind; attributes: AttributeTypes }> = M extends { shape: 'info' }
  ? InfoSummary<AttributesFor<M>>
  : M extends { shape: 'stateSet'; states: readonly (infer S extends string)[] }
    ? StateSetSummary<S, AttributesFor<M>>
    : SummaryByKind<AttributesFor<M>>[M['kind']];

type SummariesOf<D extends Definitions> = { readonly [K in keyof D]: SummaryOf<D[K]> };

type DefinitionsOf<P> = P extends Pack<infer _R, infer D> ? D : never;

/** Names of the collectors that can be started by name. */
type CollectorName = 'runtime' | 'host' | 'container' | 'gpu';

/**
 * Summary of all metrics: by key of the catalogue or pack, then by key of the metric. A collector that is not among the
 * packs has its name as key.
 */
export type Summary<C extends Catalogues, P extends Packs> = {
  readonly [K in keyof C]: SummariesOf<C[K]['definitions']>;
} & { readonly [K in keyof P]: SummariesOf<DefinitionsOf<P[K]>> } & {
  readonly [K in Exclude<CollectorName, keyof C | keyof P>]?: Readonly<Record<string, MetricSummary>>;
};

/** Attribute objects of all metrics of definitions. */
type AttributesIn<D extends Definitions> = { [K in keyof D]: AttributesFor<D[K]> }[keyof D];

type AllAttributes<C extends Catalogues, P extends Packs> =
  | { [K in keyof C]: AttributesIn<C[K]['definitions']> }[keyof C]
  | { [K in keyof P]: AttributesIn<DefinitionsOf<P[K]>> }[keyof P];

type KeyIn<A> = A extends unknown ? keyof A : never;

type ValueIn<A, K> = A extends unknown ? (K extends keyof A ? Exclude<A[K], undefined> : never) : never;

/** Options of `summary`. */
export interface SummaryOptions<C extends Catalogues = Catalogues, P extends Packs = Packs> {
  /**
   * Attributes that series must have; all series by default. A metric without such an attribute has no series then.
   *
   * @example
   * metrics.summary({ where: { outcome: 'paid' } }).shop.orders.total;
   */
  readonly where?: {
    readonly [K in KeyIn<AllAttributes<C, P>>]?: ValueIn<AllAttributes<C, P>, K> | typeof otherValue | undefined;
  };
  /**
   * Maximum length of each list `series`, a whole number from 0; 10 by default.
   *
   * @example
   * metrics.summary({ maxSeries: 3 }).shop.orders.series;
   */
  readonly maxSeries?: number;
}

/** The method `summary` of running metrics. */
export interface SummaryControl<C extends Catalogues, P extends Packs> {
  /**
   * Returns the current values of all metrics, as plain data for a log line, a health page or a test. Needs no endpoint.
   *
   * Synchronous: runs the callbacks of observable instruments, and of asynchronous ones takes what the last collection
   * observed. Readers and their deltas are not affected. Returns empty values while no backend or reader is selected,
   * because nothing is recorded then, and the last values after the shutdown.
   *
   * @throws {MetricsError} METRICS_OPTIONS_INVALID for an unknown option, and for an attribute that no metric declares.
   *
   * @example
   * const { total, rate } = metrics.summary().shop.orders;
   */
  summary(options?: SummaryOptions<C, P>): Summary<C, P>;
}
