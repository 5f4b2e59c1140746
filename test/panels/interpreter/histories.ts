/** Snapshots, written by hand or at random, as a history of the interpreter. */
import fc from 'fast-check';
import type { Metric } from '../../../src/catalogue/catalogue.js';
import { isCounter } from '../../../src/model/instrument.js';
import type { MetricStream } from '../../../src/model/points.js';
import { SnapshotHistory } from '../../../src/panels/interpreter/snapshots.js';
import { exponentialPoint, histogramPoint, numberPoint } from '../../support/points.js';
import { shop } from '../catalogue.js';

/** Buckets of an exponential histogram: bucket `i` counts values in `(base^(offset+i), base^(offset+i+1)]`. */
export interface Buckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** Point of one series: a number, the counts and the sum of explicit buckets, or an exponential histogram. */
export type Value =
  | number
  | { readonly counts: readonly number[]; readonly sum: number }
  | {
      readonly scale: number;
      readonly zeroCount: number;
      readonly positive: Buckets;
      readonly negative: Buckets;
      readonly sum: number;
    };

export interface Sample {
  readonly metric: Metric;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: Value;
  /** Start of the series, seconds since 1970; 0 by default. */
  readonly start?: number;
}

export interface Snapshot {
  /** Seconds since 1970. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

const scope = { name: 'shop' };

function streamOf({ name, description, unit, kind }: Metric, points: MetricStream['points']): MetricStream {
  const sum = !kind.toLowerCase().endsWith('gauge');
  const monotonic = isCounter(kind) || kind === 'histogram';
  return { name, description, unit, kind, scope, points, sum, monotonic, valueType: 1 };
}

/** Returns a history with these snapshots. */
export function historyOf(
  snapshots: readonly Snapshot[],
  options: Partial<ConstructorParameters<typeof SnapshotHistory>[0]> = {},
): SnapshotHistory {
  const history = new SnapshotHistory({ retentionMs: 86_400_000, intervalMs: 86_400, ...options });
  const series = new Map<string, { attributes: Sample['attributes']; index: number }>();
  const streams = new Map<string, MetricStream>();
  for (const { at, samples } of snapshots) {
    const visitor = history.snapshotAt(at * 1_000);
    for (const { metric, attributes, value, start = 0 } of samples) {
      const points = typeof value === 'number' ? 'number' : 'counts' in value ? 'histogram' : 'exponentialHistogram';
      const text = `${metric.name}${points}`;
      const stream = streams.get(text) ?? streamOf(metric, points);
      streams.set(text, stream);
      const key = `${text}${JSON.stringify(attributes)}`;
      const seriesKey = series.get(key) ?? { attributes, index: series.size };
      const common = { series: seriesKey, startUnixMs: start * 1_000, endUnixMs: at * 1_000 };
      series.set(key, common.series);
      visitor.metric(stream, 'cumulative');
      if (typeof value === 'number') visitor.number(numberPoint({ ...common, value }));
      else if ('counts' in value) {
        const { counts, sum } = value;
        const boundaries = metric.buckets ?? [];
        const count = counts.reduce((all, each) => all + each, 0);
        const extremes = { min: undefined, max: undefined };
        visitor.histogram(
          histogramPoint({
            ...common,
            ...extremes,
            count,
            sum,
            boundaries,
            counts: Float64Array.from(counts),
            from: 0,
          }),
        );
      } else visitor.exponentialHistogram(exponentialPoint({ ...common, ...exponentialFields(value) }));
    }
    visitor.end?.();
  }
  return history;
}

function exponentialFields({
  scale,
  zeroCount,
  positive,
  negative,
  sum,
}: Exclude<Value, number | { counts: unknown }>) {
  const buckets = ({ offset, counts }: Buckets) => ({
    offset,
    counts: Float64Array.from(counts),
    from: 0,
    length: counts.length,
  });
  const count = countOf({ scale, zeroCount, positive, negative, sum });
  const sides = { positive: buckets(positive), negative: buckets(negative) };
  return { count, sum, min: undefined, max: undefined, scale, zeroCount, ...sides };
}

/** Returns the number of values of a histogram. */
export function countOf(value: Exclude<Value, number>): number {
  const counts =
    'counts' in value ? value.counts : [...value.positive.counts, ...value.negative.counts, value.zeroCount];
  return counts.reduce((all, each) => all + each, 0);
}

/** Returns the exponential histogram of values. */
export function exponentialOf(values: readonly number[], scale: number): Value {
  const side = (sign: 1 | -1): Buckets => {
    const indexes = values
      .filter((value) => value * sign > 0)
      .map((value) => Math.ceil(Math.log2(value * sign) * 2 ** scale) - 1);
    if (indexes.length === 0) return { offset: 0, counts: [] };
    const offset = Math.min(...indexes);
    const counts = new Array<number>(Math.max(...indexes) - offset + 1).fill(0);
    for (const index of indexes) counts[index - offset] = (counts[index - offset] ?? 0) + 1;
    return { offset, counts };
  };
  const zeroCount = values.filter((value) => value === 0).length;
  const sum = values.reduce((all, each) => all + each, 0);
  return { scale, zeroCount, positive: side(1), negative: side(-1), sum };
}

/** Events of a series before a snapshot: recordings, a reset, a coarser scale, or absence from the snapshot. */
const event = fc.record({
  isPresent: fc.integer({ min: 0, max: 9 }).map((each) => each > 0),
  isReset: fc.integer({ min: 0, max: 11 }).map((each) => each === 0),
  isCoarser: fc.integer({ min: 0, max: 9 }).map((each) => each === 0),
  amounts: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 7, maxLength: 7 }),
  values: fc.array(fc.constantFrom(0, 0.01, 0.3, 0.7, 1, 1.5, 2, 3, 4, 10, 200, -0.5, -3, -3.5), { maxLength: 5 }),
});

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

interface Plan {
  readonly metric: Metric;
  readonly attributes: Readonly<Record<string, string>>;
  next(event: Event): Value;
}

function counterPlan(metric: unknown, attributes: Plan['attributes']): Plan {
  let total = 0;
  const next = ({ isReset, amounts: [amount = 0, half = 0] }: Event) => {
    total = (isReset ? 0 : total) + Math.max(0, amount - 8) + (half % 2) / 2;
    return total;
  };
  return { metric: metric as Metric, attributes, next };
}

function gaugePlan(metric: unknown, attributes: Plan['attributes'], shift = 0): Plan {
  const next = ({ amounts: [amount = 0, eighth = 0] }: Event) => amount - 10 + eighth / 8 + shift;
  return { metric: metric as Metric, attributes, next };
}

function histogramPlan(attributes: Plan['attributes']): Plan {
  let [counts, sum] = [[0, 0, 0, 0, 0, 0, 0], 0];
  const next = ({ isReset, amounts }: Event) => {
    if (isReset) [counts, sum] = [[0, 0, 0, 0, 0, 0, 0], 0];
    // Some buckets stay empty.
    counts = counts.map((count, index) => count + Math.max(0, (amounts[index] ?? 0) - 8 - (index % 3)));
    sum += (amounts[0] ?? 0) / 4;
    return { counts, sum };
  };
  return { metric: shop.checkout as unknown as Metric, attributes, next };
}

function exponentialPlan(): Plan {
  let [values, scale]: [number[], number] = [[], 3];
  const next = ({ isReset, isCoarser, amounts, values: more }: Event) => {
    if (isReset) [values, scale] = [[], 1 + ((amounts[0] ?? 0) % 3)];
    if (isCoarser) scale--;
    values = [...values, ...more];
    return exponentialOf(values, scale);
  };
  return { metric: shop.payload as unknown as Metric, attributes: {}, next };
}

function plans(): Plan[] {
  return [
    counterPlan(shop.orders, { channel: 'web', outcome: 'paid', region: 'eu' }),
    counterPlan(shop.orders, { channel: 'web', outcome: 'declined', region: 'us' }),
    counterPlan(shop.orders, { channel: 'app', outcome: 'paid' }),
    counterPlan(shop.orders, { channel: 'app', outcome: 'declined', region: 'eu' }),
    histogramPlan({ channel: 'web' }),
    histogramPlan({ channel: 'app' }),
    exponentialPlan(),
    ...['1', '2', '3'].map((shelf) => gaugePlan(shop.stock, { shelf }, Number(shelf) / 1_024)),
    gaugePlan(shop.waitMs, {}),
    gaugePlan(shop.open, {}),
  ];
}

/** Random snapshots of all metrics of the shop, at multiples of five seconds. */
export const anySnapshots: fc.Arbitrary<Snapshot[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.array(event, { minLength: 12, maxLength: 12 })), {
    minLength: 2,
    maxLength: 24,
  })
  .map((steps) => {
    const all = plans();
    let at = 0;
    return steps.map(([gap, events]) => {
      at += gap * 5;
      const samples = all.flatMap(({ metric, attributes, next }, index) => {
        const happened = events[index] as Event;
        const value = next(happened);
        return happened.isPresent ? [{ metric, attributes, value }] : [];
      });
      return { at, samples };
    });
  });
