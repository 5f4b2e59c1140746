/** Reads samples of a history: the latest ones, or functions of windows. */
import { numberText } from '../../naming/prometheus-numbers.js';
import type { Matcher, Samples, WindowFunction } from '../query.js';
import { Accumulator } from './accumulator.js';
import { exponentialCountBelow } from './exponential-quantile.js';
import { addSample, ExponentialSum, exponentialIncrease } from './exponential-sum.js';
import {
  type Column,
  type ExponentialSeries,
  type HistogramSeries,
  type History,
  type Labels,
  numberAt,
  type SeriesHistory,
} from './history.js';
import { withLabels } from './label-keys.js';
import { type Element, lookback, type Vector } from './vector.js';
import { firstAfter, ofWindow, type Window, windowOf } from './window.js';

/** Returns the latest samples at a time. */
export function latestSamples(samples: Samples, history: History, atMs: number): Vector {
  const { times, first, end } = history;
  const position = firstAfter(times, first, end, atMs) - 1;
  if (position < first || numberAt(times, position) <= atMs - lookback) return [];
  const elements: Element[] = [];
  for (const series of matching(samples, history)) {
    if (series.points === 'exponentialHistogram' && samples.part === 'buckets') {
      if (series.sampleAt(position) === undefined) continue;
      const histogram = new ExponentialSum();
      addSample(histogram, series, position, 1);
      elements.push({ labels: series.labels, value: Number.NaN, histogram });
      continue;
    }
    eachColumn(series, samples, (labels, column) => {
      const value = numberAt(column, position);
      if (!Number.isNaN(value)) elements.push({ labels, value });
    });
  }
  return elements;
}

/** Returns a function of the samples in a window that ends at a time. */
export function windowSamples(
  samples: Samples,
  name: WindowFunction,
  history: History,
  [startMs, endMs]: readonly [startMs: number, endMs: number],
): Vector {
  const window = historyWindow(history, startMs, endMs);
  const accumulator = new Accumulator();
  const elements: Element[] = [];
  for (const series of matching(samples, history)) {
    if (series.points === 'exponentialHistogram' && isIncrease(name)) {
      const element = exponentialElement(series, samples, window, name === 'rate');
      if (element !== undefined) elements.push(element);
      continue;
    }
    eachColumn(series, samples, (labels, column) => {
      const value = ofWindow(name, column, window, accumulator);
      if (value !== undefined) elements.push({ labels, value });
    });
  }
  return elements;
}

/** Returns the window of the snapshots after `startMs` up to `endMs`. */
export function historyWindow({ times, first, end }: History, startMs: number, endMs: number): Window {
  return windowOf(times, [first, end], [startMs, endMs], true);
}

/** Returns the series of a metric that satisfy the conditions. */
export function matching(
  { metric, where }: Pick<Samples, 'metric' | 'where'>,
  history: History,
): readonly SeriesHistory[] {
  const all = history.seriesOf(metric.name);
  return where.length === 0 ? all : all.filter(({ labels }) => satisfies(labels, where));
}

/** True if labels satisfy all conditions. */
export function satisfies(labels: Labels, where: readonly Matcher[]): boolean {
  return where.every(({ attribute, not, values }) => values.includes(labels.get(attribute) ?? '') !== not);
}

/** True for functions that keep histograms whole. */
export function isIncrease(name: WindowFunction): boolean {
  return name === 'rate' || name === 'increase';
}

function exponentialElement(
  series: ExponentialSeries,
  { part, bound = 0 }: Samples,
  window: Window,
  isRate: boolean,
): Element | undefined {
  const { labels } = series;
  const histogram = part === 'value' ? undefined : exponentialIncrease(series, window, isRate);
  if (histogram === undefined) return undefined;
  if (part === 'count') return { labels, value: histogram.count };
  // A sum that is not known cannot be calculated with.
  if (part === 'sum') return Number.isNaN(histogram.sum) ? undefined : { labels, value: histogram.sum };
  if (part === 'below') return { labels, value: exponentialCountBelow(bound, histogram) };
  return { labels, value: Number.NaN, histogram };
}

/** Calls `visit` with each column of a part. */
function eachColumn(series: SeriesHistory, samples: Samples, visit: (labels: Labels, column: Column) => void): void {
  if (series.points === 'histogram' && samples.part === 'buckets') {
    for (const [labels, column] of bucketColumns(series)) visit(labels, column);
    return;
  }
  const column = columnOf(series, samples);
  if (column !== undefined) visit(series.labels, column);
}

function columnOf(series: SeriesHistory, { part, bound = 0 }: Samples): Column | undefined {
  if (series.points === 'number') return part === 'value' ? series.value : undefined;
  if (part === 'count') return series.count;
  if (part === 'sum') return series.sum;
  if (series.points !== 'histogram' || part !== 'below') return undefined;
  return bound === Number.POSITIVE_INFINITY ? series.count : series.buckets[series.bounds.indexOf(bound)];
}

/** By series, its buckets with their labels. */
const bucketsBySeries = new WeakMap<HistogramSeries, readonly (readonly [Labels, Column])[]>();

function bucketColumns(series: HistogramSeries): readonly (readonly [Labels, Column])[] {
  const known = bucketsBySeries.get(series);
  if (known !== undefined) return known;
  const columns = [...series.bounds, Number.POSITIVE_INFINITY].map(
    (bound, index) =>
      [withLabels(series.labels, [['le', numberText(bound)]]), series.buckets[index] ?? series.count] as const,
  );
  bucketsBySeries.set(series, columns);
  return columns;
}
