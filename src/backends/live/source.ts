/** Input of the live feed: the metrics of one start. */
import type { BackendStatus } from '../../delivery/contract.js';
import type { Clock } from '../../model/clock.js';
import type { AcknowledgedProducer } from '../../model/collected.js';
import type { TranslationStrategy } from '../../naming/prometheus.js';
import type { Samples } from '../../panels/query.js';

/** Definition of a metric. */
export type MetricDefinition = Samples['metric'];

/** Metrics under a name: those of a pack, of a collector, or of a catalogue of the application. */
export interface NamedMetrics {
  readonly name: string;
  readonly metrics: readonly MetricDefinition[];
}

/** Series of a metric in use, against its limit. */
export interface SeriesBudget {
  readonly metric: string;
  readonly used: number;
  readonly limit: number;
  /** Returns the attribute with the most values. */
  widest?(): { readonly key?: string; readonly values?: number } | undefined;
}

/** Metrics of one start. The functions are called only while a client watches. */
export interface LiveSource {
  readonly clock: Clock;
  /** Service name of the resource, else its instance id. */
  readonly applicationId: string;
  /** Start of the process, milliseconds since 1970-01-01 UTC. */
  readonly startedUnixMs: number;
  /**
   * Returns a producer of cumulative collections that do not affect the readers of the application; `undefined` while
   * nothing is connected.
   */
  producer(): AcknowledgedProducer | undefined;
  /** Returns the packs and collectors that run, by the names of their kinds, such as `gateway`. */
  packs(): readonly NamedMetrics[];
  /** Returns the catalogues of the application, by their keys. */
  catalogues(): readonly NamedMetrics[];
  budgets(): Iterable<SeriesBudget>;
  statuses(): readonly BackendStatus[];
  /** Translation of names in PromQL; that of the backend `prometheus`. */
  readonly translation?: TranslationStrategy;
  /** Limit of the history in bytes; 32 MB by default. */
  readonly maxBytes?: number;
}
