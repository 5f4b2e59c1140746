/** Figures of series: values, rates since the scrape before, and the distribution of the interval between both. */
import { type Bucket, quantile } from '../../model/quantile.js';
import type { ReadMetric, ReadSeries } from './reading.js';

/** A series and its change. */
export interface Change {
  readonly now: ReadSeries;
  /** ReadSeries at the scrape before; `undefined` if unknown, for the first scrape, a new series and no running total. */
  readonly before: ReadSeries | undefined;
  /** True if the series began again at 0 since then: the process restarted. */
  readonly wasReset: boolean;
}

/** Value and rate of one or several series. `undefined` where unknown. */
export interface SeriesTotals {
  /** Sum of the values; of distributions, of their counts. */
  readonly value: number;
  /** Increase per second. Never negative. */
  readonly rate: number | undefined;
}

/** Mean and quantiles of one or several series. `undefined` where unknown. */
export interface Distribution {
  readonly mean: number | undefined;
  /** Values of the quantiles 0.5, 0.95 and 0.99. */
  readonly quantiles: readonly (number | undefined)[];
  /** True if the quantiles are estimated within buckets. */
  readonly isEstimate: boolean;
}

const shownQuantiles = [0.5, 0.95, 0.99] as const;
const isRunningTotal: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);

/** Returns the change of each series of a metric. */
export function changesOf(now: ReadMetric, before: ReadMetric | undefined): Change[] {
  const isComparable = before !== undefined && before.type === now.type && isRunningTotal.has(now.type);
  return [...now.series].map(([key, series]) => {
    const earlier = isComparable ? before.series.get(key) : undefined;
    return { now: series, before: earlier, wasReset: earlier !== undefined && hasFallen(series, earlier) };
  });
}

/** Reports whether a running total or one of its buckets fell, or has no bucket that it had. */
function hasFallen(now: ReadSeries, before: ReadSeries): boolean {
  if (now.value < before.value) return true;
  for (const [bound, count] of before.buckets) if (!((now.buckets.get(bound) ?? -1) >= count)) return true;
  return false;
}

/** Returns value and rate. @param elapsedSeconds seconds between both scrapes. */
export function totalsOf(changes: readonly Change[], elapsedSeconds: number): SeriesTotals {
  let value = 0;
  let increase: number | undefined;
  for (const change of changes) {
    value += change.now.value;
    const own = increaseOf(change, ({ value: count }) => count);
    if (own !== undefined && !Number.isNaN(own)) increase = (increase ?? 0) + own;
  }
  return { value, rate: increase === undefined || elapsedSeconds <= 0 ? undefined : increase / elapsedSeconds };
}

/** Returns the distribution of the values since the scrape before; of a gauge histogram, of its current values. */
export function distributionOf({ type }: ReadMetric, changes: readonly Change[]): Distribution {
  const isCurrent = type === 'gaugehistogram';
  const current = (read: (series: ReadSeries) => number | undefined) =>
    sumOf(changes.map((change) => (isCurrent ? read(change.now) : increaseOf(change, read))));
  const count = current(({ value }) => value);
  const sum = current((series) => series.sum);
  const mean = count === undefined || sum === undefined || count === 0 ? undefined : sum / count;
  if (type === 'summary') {
    // Quantiles of several series cannot be combined.
    const values = changes.length === 1 ? changes[0]?.now.quantiles : undefined;
    return { mean, quantiles: shownQuantiles.map((q) => numberOf(values?.get(q))), isEstimate: false };
  }
  const buckets = mergedBuckets(changes, isCurrent);
  const total = buckets.reduce((all, bucket) => all + bucket.count, 0);
  const estimate = (q: number) => (total > 0 ? quantile(q, buckets, total, undefined, undefined) : undefined);
  return { mean, quantiles: shownQuantiles.map(estimate), isEstimate: true };
}

/** Returns the increase of a number since the scrape before; all of it after a reset. */
function increaseOf(
  { now, before, wasReset }: Change,
  read: (series: ReadSeries) => number | undefined,
): number | undefined {
  const [value, earlier] = [read(now), before === undefined ? undefined : read(before)];
  if (value === undefined || earlier === undefined) return undefined;
  return wasReset ? value : value - earlier;
}

/** Returns the sum of the known numbers; `undefined` without any. */
function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}

function numberOf(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Returns the buckets of several series in ascending order; equal ranges are added up. */
function mergedBuckets(changes: readonly Change[], isCurrent: boolean): Bucket[] {
  const counts = new Map<string, Bucket>();
  for (const { now, before, wasReset } of changes) {
    if (before === undefined && !isCurrent) continue;
    for (const bucket of bucketsSince(now.buckets, wasReset || isCurrent ? undefined : before?.buckets)) {
      const key = `${bucket.lower} ${bucket.upper}`;
      counts.set(key, { ...bucket, count: bucket.count + (counts.get(key)?.count ?? 0) });
    }
  }
  return [...counts.values()]
    .filter(({ count }) => count > 0)
    .sort((one, other) => one.upper - other.upper || one.lower - other.lower);
}

/** Returns the counts by range since `before`, or all of them. */
function bucketsSince(now: ReadSeries['buckets'], before: ReadSeries['buckets'] | undefined): Bucket[] {
  const increase = (text: string, count: number) => count - (before?.get(text) ?? 0);
  const ranges: Bucket[] = [];
  const bounds: { upper: number; count: number }[] = [];
  for (const [text, count] of now) {
    const [lower, upper] = text.split('...').map(boundOf);
    if (upper === undefined) bounds.push({ upper: lower as number, count: increase(text, count) });
    else ranges.push({ lower: lower as number, upper, count: increase(text, count) });
  }
  bounds.sort((one, other) => one.upper - other.upper);
  // Upper bounds have cumulative counts, ranges their own.
  let [lower, below] = [Number.NEGATIVE_INFINITY, 0];
  for (const { upper, count } of bounds) {
    ranges.push({ lower, upper, count: Math.max(0, count - below) });
    [lower, below] = [upper, Math.max(below, count)];
  }
  return ranges;
}

function boundOf(text: string): number {
  return /^\+?inf$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}
