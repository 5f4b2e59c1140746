/** Evaluates queries over the history of this process, with the results that Prometheus gives for their PromQL. */
import type { Duration } from '../duration.js';
import { matchingOf } from '../matching.js';
import {
  type Binary,
  type Clock,
  isScalar,
  isSetOperator,
  type OverTime,
  type Query,
  type Recorded,
} from '../query.js';
import { bucketsOf } from './exponential-quantile.js';
import { aggregated, top } from './groups.js';
import type { History, Labels } from './history.js';
import { withLabels } from './label-keys.js';
import { milliseconds, NotEvaluable, type Obstacle, obstacleOf } from './obstacle.js';
import { combined, ofNumbers, withNumber } from './operators.js';
import { quantiles } from './quantile.js';
import { latestSamples, satisfies, windowSamples } from './series.js';
import { subquery } from './subquery.js';
import type { Context, Element, Vector } from './vector.js';

/** How a query is evaluated. */
export interface EvaluateOptions {
  /** Time of the evaluation, milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Window that `auto` stands for. */
  readonly autoWindow: Duration;
  /** Interval of subqueries, and of the series that recording rules would write; `1m` by default, as in Prometheus. */
  readonly step?: Duration;
}

/** A series of a result. */
export interface EvaluatedSeries {
  /** By attribute or target label. Buckets of histograms have the label `le`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The result of a query: its series, or the reason why it cannot be evaluated. */
export type Evaluated =
  | { readonly series: readonly EvaluatedSeries[]; readonly obstacle?: undefined }
  | { readonly series?: undefined; readonly obstacle: Obstacle };

/**
 * Evaluates a query over a history, without an effect on the history. Does not throw for any query and any history.
 *
 * The rules are those of Prometheus 3: windows exclude their start, rates are extrapolated, samples are valid for five
 * minutes. A snapshot without a series ends the series.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if `autoWindow` or `step` is not a duration.
 *
 * @example
 * evaluate(rate(shop.orders, { by: ['channel'] }), history, { at: clock.now(), autoWindow: '1m' });
 */
export function evaluate(query: Query, history: History, { at, autoWindow, step = '1m' }: EvaluateOptions): Evaluated {
  const context = { history, autoWindow: milliseconds(autoWindow), step: milliseconds(step) };
  const obstacle = obstacleOf(query, context);
  if (obstacle !== undefined) return { obstacle };
  try {
    return { series: vectorOf(query, context, at).flatMap(seriesOf) };
  } catch (error) {
    if (error instanceof NotEvaluable) return { obstacle: error.obstacle };
    throw error;
  }
}

function vectorOf(query: Query, context: Context, atMs: number): Vector {
  switch (query.op) {
    case 'samples':
      return latestSamples(query, context.history, atMs - milliseconds(query.offset));
    case 'recorded':
      return recordedVector(query, context, atMs - milliseconds(query.offset));
    case 'overTime':
      return windowVector(query, context, atMs);
    case 'aggregate':
      return aggregated(query, vectorOf(query.of, context, atMs));
    case 'quantile':
      return quantiles(query, context.history, periodOf(query.of, context, atMs));
    case 'binary':
      return binaryVector(query, context, atMs);
    case 'constant':
      return numberVector(query.value);
    case 'clock':
      return numberVector(clockValue(query, atMs));
    case 'top':
      return top(query, vectorOf(query.of, context, atMs));
    case 'absent':
      return vectorOf(query.of, context, atMs).length > 0 ? [] : [{ labels: conditionsOf(query.of), value: 1 }];
    case 'raw':
      return [];
  }
}

/** Evaluates the query of a recording rule. */
function recordedVector({ rule, where }: Recorded, context: Context, atMs: number): Vector {
  const fixed = Object.entries(rule.labels);
  return vectorOf(rule.query, context, atMs)
    .map((element) => (fixed.length === 0 ? element : { ...element, labels: withLabels(element.labels, fixed) }))
    .filter(({ labels }) => satisfies(labels, where));
}

function windowVector(query: OverTime, context: Context, atMs: number): Vector {
  const { of, function: name } = query;
  const period = periodOf(query, context, atMs);
  if (of.op === 'samples') return windowSamples(of, name, context.history, period);
  const inner = (timeMs: number) =>
    of.op === 'recorded' ? recordedVector(of, context, timeMs) : vectorOf(of, context, timeMs);
  return subquery(name, period, context.step, inner);
}

/** Returns the start and the end of a window. */
function periodOf({ window, of }: OverTime, { autoWindow }: Context, atMs: number): [startMs: number, endMs: number] {
  const endMs = atMs - (of.op === 'samples' || of.op === 'recorded' ? milliseconds(of.offset) : 0);
  return [endMs - (window === 'auto' ? autoWindow : milliseconds(window)), endMs];
}

function binaryVector({ operator, left, right }: Binary, context: Context, atMs: number): Vector {
  const [ofLeft, ofRight] = [vectorOf(left, context, atMs), vectorOf(right, context, atMs)];
  if (isSetOperator(operator)) return combined(operator, ofLeft, ofRight, matchingOf(operator, left, right));
  const leftNumber = isScalar(left) ? ofLeft[0]?.value : undefined;
  const rightNumber = isScalar(right) ? ofRight[0]?.value : undefined;
  if (leftNumber !== undefined && rightNumber !== undefined)
    return numberVector(ofNumbers(operator, leftNumber, rightNumber));
  if (rightNumber !== undefined) return withNumber(operator, ofLeft, rightNumber, false);
  if (leftNumber !== undefined) return withNumber(operator, ofRight, leftNumber, true);
  return combined(operator, ofLeft, ofRight, matchingOf(operator, left, right));
}

function numberVector(value: number): Vector {
  return [{ labels: new Map(), value }];
}

function clockValue({ unit }: Clock, atMs: number): number {
  if (unit === 'seconds') return atMs / 1_000;
  const date = new Date(atMs);
  return unit === 'hour' ? date.getUTCHours() : date.getUTCDay();
}

/** Returns the labels that conditions on samples determine: those of an absent series. */
function conditionsOf(query: Query): Labels {
  if (query.op !== 'samples' && query.op !== 'recorded') return new Map();
  const single = query.where.filter(({ not, values }) => !not && values.length === 1);
  return withLabels(
    new Map(),
    single.map(({ attribute, values }) => [attribute, values[0] ?? '']),
  );
}

/** Returns a series; of a histogram one for each bucket, with the number of values up to its bound. */
function seriesOf({ labels, value, histogram }: Element): EvaluatedSeries[] {
  const fixed = Object.fromEntries(labels);
  if (histogram === undefined) return [{ labels: fixed, value }];
  let total = 0;
  const buckets = bucketsOf(histogram).map(({ upper, count }) => {
    total += count;
    return { labels: { ...fixed, le: `${upper}` }, value: total };
  });
  return [...buckets, { labels: { ...fixed, le: '+Inf' }, value: histogram.count }];
}
