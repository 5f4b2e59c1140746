/** A collection as the table shows it: metrics by name, their series, and what changed since another one. */
import type { Attributes } from '@opentelemetry/api';
import { selfScope } from '../../model/instrument.js';
import type { Resource } from '../../model/otel-data.js';
import type {
  DistributionPoint,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  SeriesKey,
} from '../../model/points.js';
import { type Bucket, explicitBuckets, exponentialBuckets, quantile } from '../../model/quantile.js';

/** Series of one metric. */
export interface ShownMetric {
  readonly stream: MetricStream;
  readonly series: readonly ShownSeries[];
}

/** One series. */
export interface ShownSeries {
  readonly attributes: Attributes;
  /** Value of a sum or a gauge, count of a histogram. */
  readonly value: number;
  /** Value at the time of the earlier snapshot: 0 for a sum that began since; `undefined` if unknown. */
  readonly before: number | undefined;
  /** Statistics of a histogram by name; names of estimated ones end in `~`. Absent otherwise, and without values. */
  readonly statistics?: readonly Statistic[];
}

/** Name and value of a statistic. */
export type Statistic = readonly [name: string, value: number];

interface KeptValue {
  readonly value: number;
  readonly startUnixMs: number;
}

/** Snapshot is a visitor that copies a collection. Metrics of hidden scopes are counted as points and not kept. */
export class Snapshot implements PointVisitor {
  readonly atMonotonicMs: number;
  /** Number of visited points, hidden ones included. */
  points = 0;
  serviceName = 'unknown service';
  /** True if a series is new or has another value than in the earlier snapshot, or if a series is gone. */
  changed: boolean;
  readonly #compared: boolean;
  readonly #before: ReadonlyMap<SeriesKey, KeptValue>;
  readonly #values = new Map<SeriesKey, KeptValue>();
  readonly #metrics: { stream: MetricStream; series: ShownSeries[] }[] = [];
  #current: { stream: MetricStream; series: ShownSeries[] } | undefined;

  readonly #hiddenScopes: ReadonlySet<string>;

  /** @param earlier snapshot to compare with; `undefined` for the first table. */
  constructor(
    earlier: Snapshot | undefined,
    atMonotonicMs: number,
    hiddenScopes: ReadonlySet<string> = new Set([selfScope]),
  ) {
    this.#hiddenScopes = hiddenScopes;
    this.#before = earlier === undefined ? new Map() : earlier.#values;
    this.atMonotonicMs = atMonotonicMs;
    this.changed = earlier === undefined;
    this.#compared = earlier !== undefined;
  }

  /** Metrics that have series, sorted by name. */
  get metrics(): readonly ShownMetric[] {
    return this.#metrics
      .filter(({ series }) => series.length > 0)
      .sort(
        (one, other) =>
          order(one.stream.name, other.stream.name) || order(one.stream.scope.name, other.stream.scope.name),
      );
  }

  begin({ attributes }: Resource): void {
    this.serviceName = String(attributes['service.name'] ?? this.serviceName);
  }

  metric(stream: MetricStream): void {
    this.#current = this.#hiddenScopes.has(stream.scope.name) ? undefined : { stream, series: [] };
    if (this.#current !== undefined) this.#metrics.push(this.#current);
  }

  number(point: NumberPoint): void {
    this.#add(point, point.value);
  }

  histogram(point: HistogramPoint): void {
    this.#addDistribution(point, () => explicitBuckets(point));
  }

  exponentialHistogram(point: ExponentialPoint): void {
    this.#addDistribution(point, () => exponentialBuckets(point));
  }

  end(): void {
    if (this.#values.size !== this.#before.size) this.changed = true;
  }

  #addDistribution(point: DistributionPoint, bucketsOf: () => readonly Bucket[]): void {
    const { count, sum, min, max } = point;
    if (this.#current === undefined || count === 0) {
      this.#add(point, count);
      return;
    }
    const buckets = bucketsOf();
    const statistics: Statistic[] = [50, 95, 99].map((q) => [`p${q} ~`, quantile(q / 100, buckets, count, min, max)]);
    if (sum !== undefined) statistics.unshift(['mean ', sum / count]);
    if (max !== undefined) statistics.push(['max ', max]);
    if (min !== undefined) statistics.push(['min ', min]);
    this.#add(point, count, statistics);
  }

  #add({ series, attributes, startUnixMs }: Point, value: number, statistics?: readonly Statistic[]): void {
    this.points++;
    if (this.#current === undefined) return;
    const { sum, monotonic } = this.#current.stream;
    const known = this.#before.get(series);
    // A series that began since, or a monotonic sum that fell, counts from 0.
    const restarted = known === undefined || known.startUnixMs !== startUnixMs || (monotonic && value < known.value);
    const before = this.#compared && sum && restarted ? 0 : known?.value;
    if (known === undefined || !Object.is(known.value, value) || known.startUnixMs !== startUnixMs) this.changed = true;
    this.#values.set(series, { value, startUnixMs });
    this.#current.series.push({ attributes, value, before, ...(statistics && { statistics }) });
  }
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
