/** Queries of one metric: rates of counters, quantiles of histograms, values of gauges. */
import type { AttributeTypes } from '../catalogue/attributes.js';
import type { Metric } from '../catalogue/catalogue.js';
import { MetricsError } from '../errors.js';
import type { InstrumentKind } from '../model/instrument.js';
import { secondsOf, type Window } from './duration.js';
import type {
  Aggregate,
  AggregateFunction,
  Binary,
  OverTime,
  Part,
  Quantile,
  Samples,
  WindowFunction,
} from './query.js';
import { checkKind, groupLabels, matchersOf, type Selectable, type Selection } from './select.js';

/** Kinds whose values only increase. */
export type Increasing = 'counter' | 'observableCounter' | 'histogram';
/** Kinds with a current value. */
export type Current = 'gauge' | 'observableGauge' | 'upDownCounter' | 'observableUpDownCounter';

const increasing: readonly InstrumentKind[] = ['counter', 'observableCounter', 'histogram'];
const current: readonly InstrumentKind[] = ['gauge', 'observableGauge', 'upDownCounter', 'observableUpDownCounter'];

/** Selection with the window of a rate. */
export interface RateSelection<A extends AttributeTypes = AttributeTypes> extends Selection<A> {
  /** Window of the rate; `auto` by default. */
  readonly over?: Window;
  /** Part of a histogram: the number of observations (default), or the sum of their values. */
  readonly of?: 'count' | 'sum';
}

/**
 * Returns the increase per second of a counter, or the observations per second of a histogram.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an attribute or a value is not declared, the metric is a gauge, or the sum of
 * a histogram with a negative bucket boundary is selected: OpenMetrics has no such sum.
 *
 * @example
 * rate(metricsOf(shop).checkout, { by: ['job'], where: { outcome: ['paid', '_OTHER'] } });
 */
export function rate<K extends Increasing, A extends AttributeTypes>(
  metric: Selectable<K, A>,
  selection: RateSelection<A> = {},
): Aggregate {
  return growth('rate', metric, selection);
}

/**
 * Returns the increase of a counter, or the observations of a histogram, in a window.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID as `rate`.
 *
 * @example
 * increase(metricsOf(shop).orders, { over: '1d' });
 */
export function increase<K extends Increasing, A extends AttributeTypes>(
  metric: Selectable<K, A>,
  selection: RateSelection<A> = {},
): Aggregate {
  return growth('increase', metric, selection);
}

/**
 * Returns a quantile of a histogram, estimated from the buckets of a window.
 *
 * @param quantile from 0 to 1.
 * @throws {MetricsError} METRICS_PANEL_INVALID if the quantile is outside 0 to 1, or as `rate`.
 *
 * @example
 * quantile(0.95, metricsOf(shop).checkout, { by: ['outcome'] });
 */
export function quantile<A extends AttributeTypes>(
  quantile: number,
  metric: Selectable<'histogram', A>,
  selection: Omit<RateSelection<A>, 'of'> = {},
): Quantile {
  checkKind('quantile', metric, ['histogram']);
  if (!(quantile >= 0 && quantile <= 1)) {
    const problem = { where: `quantile(${metric.name})`, value: quantile, expected: 'a number from 0 to 1' };
    throw new MetricsError('METRICS_PANEL_INVALID', [problem]);
  }
  const of = overWindow('rate', samplesOf(metric, 'buckets', selection), selection.over);
  return { op: 'quantile', quantile, by: groupLabels(metric, selection.by), of };
}

/**
 * Returns the mean of the values that a histogram recorded in a window.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if a bucket boundary is negative, or as `rate`.
 *
 * @example
 * mean(metricsOf(shop).checkout);
 */
export function mean<A extends AttributeTypes>(
  metric: Selectable<'histogram', A>,
  selection: Omit<RateSelection<A>, 'of'> = {},
): Binary {
  checkKind('mean', metric, ['histogram']);
  const left = growth('rate', metric, { ...selection, of: 'sum' }, 'mean');
  return { op: 'binary', operator: '/', left, right: growth('rate', metric, { ...selection, of: 'count' }) };
}

/**
 * Returns the share of the values of a histogram that are at most `bound`, from 0 to 1.
 *
 * @param bound one of the bucket boundaries of the metric.
 * @throws {MetricsError} METRICS_PANEL_INVALID if `bound` is not a boundary, or as `rate`.
 *
 * @example
 * shareBelow(0.5, metricsOf(shop).checkout);
 */
export function shareBelow<A extends AttributeTypes>(
  bound: number,
  metric: Selectable<'histogram', A>,
  selection: Omit<RateSelection<A>, 'of'> = {},
): Binary {
  checkKind('shareBelow', metric, ['histogram']);
  requireBoundary(`shareBelow(${metric.name})`, bound, metric);
  const below = overWindow('rate', { ...samplesOf(metric, 'below', selection), bound }, selection.over);
  const left = aggregate('sum', metric, selection.by, below);
  return { op: 'binary', operator: '/', left, right: growth('rate', metric, { ...selection, of: 'count' }) };
}

/**
 * Returns the observations per second in each bucket of a histogram, for a heatmap.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID as `rate`.
 *
 * @example
 * distribution(metricsOf(shop).checkout);
 */
export function distribution<A extends AttributeTypes>(
  metric: Selectable<'histogram', A>,
  selection: Pick<RateSelection<A>, 'where' | 'over'> = {},
): Aggregate {
  checkKind('distribution', metric, ['histogram']);
  return aggregate(
    'sum',
    metric,
    ['le' as never],
    overWindow('rate', samplesOf(metric, 'buckets', selection), selection.over),
  );
}

/** Selection of a current value. */
export interface ValueSelection<A extends AttributeTypes = AttributeTypes> extends Selection<A> {
  /**
   * Function that merges series; by default the `merge` of the definition, else `sum` for an up-down counter and `avg` for
   * a gauge.
   */
  readonly merge?: AggregateFunction;
}

/**
 * Returns the current value of a gauge or an up-down counter.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an attribute or a value is not declared, or the metric is a counter or a
 * histogram.
 *
 * @example
 * value(metricsOf(shop).stock, { by: ['shelf'] });
 */
export function value<K extends Current, A extends AttributeTypes>(
  metric: Selectable<K, A>,
  selection: ValueSelection<A> = {},
): Aggregate {
  checkKind('value', metric, current);
  return aggregate(selection.merge ?? mergeOf(metric), metric, selection.by, samplesOf(metric, 'value', selection));
}

/**
 * Returns the series of a metric as they are, with all labels: a total of a counter, the value of a gauge. For alerts on
 * single series and for tables.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an attribute or a value is not declared, or the metric is a histogram.
 *
 * @example
 * absent(series(metricsOf(shop).orders));
 */
export function series<K extends Exclude<InstrumentKind, 'histogram'>, A extends AttributeTypes>(
  metric: Selectable<K, A>,
  selection: Pick<Selection<A>, 'where'> = {},
): Samples {
  checkKind('series', metric, [...current, 'counter', 'observableCounter']);
  return samplesOf(metric, 'value', selection);
}

/** Returns the total of a counter since the start of each process: a part of queries, never the divisor of a share. */
export function total<K extends 'counter' | 'observableCounter', A extends AttributeTypes>(
  metric: Selectable<K, A>,
  selection: Selection<A> = {},
): Aggregate {
  checkKind('total', metric, ['counter', 'observableCounter']);
  return aggregate('sum', metric, selection.by, samplesOf(metric, 'value', selection));
}

/** Checks that `bound` is a bucket boundary of a histogram. */
export function requireBoundary(where: string, bound: number, metric: Selectable<'histogram'>): void {
  const { buckets = [], aggregation } = metric;
  if (aggregation !== 'exponential' && buckets.includes(bound)) return;
  const expected =
    aggregation === 'exponential' ? 'a histogram with explicit buckets' : `a bucket boundary: ${buckets.join(', ')}`;
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: bound, expected }]);
}

function growth<A extends AttributeTypes>(
  name: 'rate' | 'increase',
  metric: Selectable<Increasing, A>,
  selection: RateSelection<A>,
  call: string = name,
): Aggregate {
  checkKind(name, metric, increasing);
  const part = metric.kind === 'histogram' ? (selection.of ?? 'count') : 'value';
  if (part === 'sum') requireSum(call, metric);
  return aggregate('sum', metric, selection.by, overWindow(name, samplesOf(metric, part, selection), selection.over));
}

/** Checks that a histogram has a sum. That of negative values may fall, which rates take for a reset. */
function requireSum(call: string, metric: Selectable): void {
  const lowest = metric.buckets?.[0] ?? 0;
  if (lowest >= 0) return;
  const expected = 'no bucket boundary below 0: OpenMetrics omits the sum of such a histogram';
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where: `${call}(${metric.name})`, value: lowest, expected }]);
}

function samplesOf(metric: Selectable, part: Part, { where }: Selection<never>): Samples {
  return { op: 'samples', metric: metric as unknown as Metric, part, where: matchersOf(metric, where) };
}

function overWindow(name: WindowFunction, of: Samples, window: Window = 'auto'): OverTime & { readonly of: Samples } {
  if (window !== 'auto') secondsOf(window, `${name}(${of.metric.name}).over`);
  return { op: 'overTime', function: name, of, window };
}

function aggregate(
  name: AggregateFunction,
  metric: Selectable,
  by: readonly string[] = [],
  of: Aggregate['of'],
): Aggregate {
  const labels = by.includes('le') ? by : groupLabels(metric, by);
  return { op: 'aggregate', function: name, by: labels, of };
}

function mergeOf({ kind, merge }: Selectable): AggregateFunction {
  if (merge === 'mean') return 'avg';
  if (merge !== undefined && merge !== 'last') return merge;
  return kind === 'upDownCounter' || kind === 'observableUpDownCounter' ? 'sum' : 'avg';
}
