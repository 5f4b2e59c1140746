/** Quantiles of histograms, by groups of series. */
import type { Quantile } from '../query.js';
import { Accumulator } from './accumulator.js';
import { classicQuantile } from './classic-quantile.js';
import { exponentialQuantile } from './exponential-quantile.js';
import { ExponentialSum, exponentialIncrease } from './exponential-sum.js';
import type { HistogramSeries, History, Labels } from './history.js';
import { keyOn, pick } from './label-keys.js';
import { historyWindow, isIncrease, matching } from './series.js';
import type { Element, Vector } from './vector.js';
import { ofWindow, type Window } from './window.js';

interface Group {
  readonly labels: Labels;
  /** Counts by upper bound, also that of `+Inf`. */
  readonly buckets: Map<number, Accumulator>;
  readonly histogram: ExponentialSum;
}

/** Returns the quantile of each group in a window that ends at a time. */
export function quantiles(
  query: Quantile,
  history: History,
  period: readonly [startMs: number, endMs: number],
): Vector {
  const { quantile, by, of } = query;
  const window = historyWindow(history, ...period);
  const groups = new Map<string, Group>();
  const scratch = new Accumulator();
  for (const series of matching(of.of, history)) {
    if (series.points === 'number') continue;
    const key = keyOn(series.labels, by);
    let group = groups.get(key);
    if (group === undefined) {
      group = { labels: pick(series.labels, by), buckets: new Map(), histogram: new ExponentialSum() };
      groups.set(key, group);
    }
    if (series.points === 'histogram') addBuckets(group, series, of.function, window, scratch);
    else if (isIncrease(of.function)) {
      const increase = exponentialIncrease(series, window, of.function === 'rate');
      if (increase !== undefined) group.histogram.add(increase);
    }
  }
  return [...groups.values()].flatMap((group) => elementOf(group, quantile));
}

function addBuckets(
  { buckets }: Group,
  series: HistogramSeries,
  name: Quantile['of']['function'],
  window: Window,
  scratch: Accumulator,
): void {
  for (let index = 0; index <= series.bounds.length; index++) {
    const value = ofWindow(name, series.buckets[index] ?? series.count, window, scratch);
    if (value === undefined) return;
    const bound = series.bounds[index] ?? Number.POSITIVE_INFINITY;
    let bucket = buckets.get(bound);
    if (bucket === undefined) {
      bucket = new Accumulator();
      buckets.set(bound, bucket);
    }
    bucket.add(value);
  }
}

function elementOf({ labels, buckets, histogram }: Group, quantile: number): Element[] {
  if (buckets.size > 0) {
    const bounds = [...buckets.keys()].sort((one, other) => one - other);
    const counts = bounds.map((bound) => buckets.get(bound)?.sum ?? 0);
    return [{ labels, value: classicQuantile(quantile, bounds.slice(0, -1), counts) }];
  }
  // No series of the group has two samples.
  if (histogram.scale === Number.POSITIVE_INFINITY) return [];
  return [{ labels, value: exponentialQuantile(quantile, histogram) }];
}
