/** One reading of the metrics for a summary: copies of the points, which a walk passes as views. */
import type { Catalogue, Metric } from '../catalogue/catalogue.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import type { Clock } from '../model/clock.js';
import type {
  DistributionPoint,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  PointVisitor,
  Scope,
} from '../model/points.js';

type Copy<P, K extends keyof P> = Pick<P, K | Extract<'series' | 'attributes', keyof P>>;

/** Copy of a point with the fields that a summary shows. */
export type NumberReading = Copy<NumberPoint, 'value'>;
type DistributionFields = Exclude<keyof DistributionPoint, 'startUnixMs' | 'endUnixMs' | 'exemplars'>;
export type HistogramReading = Copy<HistogramPoint, DistributionFields | 'boundaries'> & {
  readonly counts: readonly number[];
};
export type ExponentialReading = Copy<
  ExponentialPoint,
  DistributionFields | 'scale' | 'zeroCount' | 'positive' | 'negative'
>;
export type DistributionReading = HistogramReading | ExponentialReading;

/** Points of one metric. */
export interface MetricReading {
  readonly stream: MetricStream;
  readonly numbers: NumberReading[];
  readonly distributions: DistributionReading[];
}

/** All metrics at one time, by `identityOf`. */
export interface Reading {
  /** Monotonic time in milliseconds. */
  readonly atMs: number;
  readonly metrics: ReadonlyMap<string, MetricReading>;
}

/** Returns the identity of a metric. */
export function identityOf({ name }: Pick<Metric, 'name'>, scope: Scope): string {
  return JSON.stringify([scope.name, scope.version ?? '', name]);
}

/** SummarySource reads the metrics of one start, and keeps the last values for the time after it. */
export class SummarySource {
  readonly startedMs: number;
  readonly #engine: EngineMeterProvider;
  readonly #clock: Clock;
  #last: Reading | undefined;

  constructor(engine: EngineMeterProvider, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    this.startedMs = clock.monotonicMs();
  }

  /** Reads the metrics of catalogues now; the last values after `end`. */
  read(catalogues: Iterable<Catalogue>): Reading {
    return this.#last ?? this.#read(catalogues, false);
  }

  /** Keeps the values of catalogues, without running callbacks: what they read may be closed. */
  end(catalogues: Iterable<Catalogue>): void {
    this.#last = this.#read(catalogues, true);
  }

  #read(catalogues: Iterable<Catalogue>, withoutCallbacks: boolean): Reading {
    const identities = new Set<string>();
    for (const { metrics, scope } of catalogues) {
      for (const metric of metrics) identities.add(identityOf(metric, scope));
    }
    const metrics = new Map<string, MetricReading>();
    this.#engine.snapshotProducer()?.walkNow?.(copiesInto(metrics, identities), { withoutCallbacks });
    return { atMs: this.#clock.monotonicMs(), metrics };
  }
}

/** Returns a visitor that copies the points of some metrics. */
function copiesInto(metrics: Map<string, MetricReading>, identities: ReadonlySet<string>): PointVisitor {
  let current: MetricReading | undefined;
  return {
    metric(stream) {
      const identity = identityOf({ name: stream.instrument ?? stream.name }, stream.scope);
      current = identities.has(identity) ? { stream, numbers: [], distributions: [] } : undefined;
      if (current !== undefined) metrics.set(identity, current);
    },
    number({ series, attributes, value }) {
      current?.numbers.push({ series, attributes, value });
    },
    histogram({ series, attributes, count, sum, min, max, boundaries, counts: all, from }) {
      const counts = partOf(all, from, boundaries.length + 1);
      current?.distributions.push({ series, attributes, count, sum, min, max, boundaries, counts });
    },
    exponentialHistogram(point) {
      const { series, attributes, count, sum, min, max, scale, zeroCount } = point;
      const [positive, negative] = [copyOf(point.positive), copyOf(point.negative)];
      const fields = { series, attributes, count, sum, min, max };
      current?.distributions.push({ ...fields, scale, zeroCount, positive, negative });
    },
  };
}

/** Returns a part of an array of a walk. Small typed arrays would take several times as long to create. */
function partOf(all: Float64Array, from: number, length: number): readonly number[] {
  const part = new Array<number>(length);
  for (let index = 0; index < length; index++) part[index] = all[from + index] as number;
  return part;
}

function copyOf({ offset, counts, from, length }: ExponentialBuckets): ExponentialBuckets {
  return { offset, counts: counts.slice(from, from + length), from: 0, length };
}
