/** Queries made of other queries. */
import { MetricsError } from '../errors.js';
import { type Duration, secondsOf } from './duration.js';
import { checkPromql } from './promql/check.js';
import {
  type Absent,
  type Binary,
  type Clock,
  type Constant,
  mapQuery,
  type Operator,
  type OverTime,
  type Query,
  type RawText,
  type Samples,
  type Top,
  type WindowFunction,
} from './query.js';

/** A query, or a number. */
export type Operand = Query | number;

/**
 * Returns the share of one query in another, from 0 to 1. Groups that `part` lacks have the share 0.
 *
 * @example
 * const { orders } = metricsOf(shop);
 * ratio(rate(orders, { where: { outcome: 'declined' } }), rate(orders));
 */
export function ratio(part: Query, whole: Query): Binary {
  return divide({ op: 'binary', operator: 'or', left: part, right: times(whole, 0) }, whole);
}

/** Returns the sum of two queries. */
export const plus = (left: Operand, right: Operand): Binary => binary('+', left, right);
/** Returns the difference of two queries. */
export const minus = (left: Operand, right: Operand): Binary => binary('-', left, right);
/** Returns the product of two queries, such as `times(ratio(failed, all), 100)`. */
export const times = (left: Operand, right: Operand): Binary => binary('*', left, right);
/** Returns the quotient of two queries. A group with a divisor of 0 has no value, infinity or NaN. */
export const divide = (left: Operand, right: Operand): Binary => binary('/', left, right);

/** Returns the series of `left` whose value is above that of `right`. */
export const above = (left: Query, right: Operand): Binary => binary('>', left, right);
/** Returns the series of `left` whose value is at least that of `right`. */
export const atLeast = (left: Query, right: Operand): Binary => binary('>=', left, right);
/** Returns the series of `left` whose value is below that of `right`. */
export const below = (left: Query, right: Operand): Binary => binary('<', left, right);
/** Returns the series of `left` whose value is at most that of `right`. */
export const atMost = (left: Query, right: Operand): Binary => binary('<=', left, right);
/** Returns the series of `left` whose value equals that of `right`. */
export const equal = (left: Query, right: Operand): Binary => binary('==', left, right);
/** Returns the series of `left` whose value differs from that of `right`. */
export const unequal = (left: Query, right: Operand): Binary => binary('!=', left, right);

/** Returns the series of `left` that `right` has, too, whatever its value. */
export const and = (left: Query, right: Query): Binary => binary('and', left, right);
/** Returns the series of `left`, and those of `right` that `left` lacks. */
export const or = (left: Query, right: Query): Binary => binary('or', left, right);
/** Returns the series of `left` that `right` lacks. */
export const unless = (left: Query, right: Query): Binary => binary('unless', left, right);

/** Returns the mean of a query in a window, by series. */
export const avgOver = (query: Query, window: Duration): OverTime => overTime('avg', query, window);
/** Returns the minimum of a query in a window, by series. */
export const minOver = (query: Query, window: Duration): OverTime => overTime('min', query, window);
/** Returns the maximum of a query in a window, by series. */
export const maxOver = (query: Query, window: Duration): OverTime => overTime('max', query, window);
/** Returns the standard deviation of a query in a window, by series. */
export const stddevOver = (query: Query, window: Duration): OverTime => overTime('stddev', query, window);
/** Returns the number of values of a query in a window, by series. */
export const countOver = (query: Query, window: Duration): OverTime => overTime('count', query, window);
/** Returns the change of a gauge in a window, by series. */
export const deltaOver = (query: Samples, window: Duration): OverTime => overTime('delta', query, window);

/** Returns the `count` series with the largest values. */
export const topk = (count: number, query: Query): Top => top('topk', count, query);
/** Returns the `count` series with the smallest values. */
export const bottomk = (count: number, query: Query): Top => top('bottomk', count, query);

/** Returns one series of value 1 if the query has no series, else none. */
export const absent = (query: Query): Absent => ({ op: 'absent', of: query });

/** Returns a query of earlier samples: the same query, a duration ago. */
export function offset(query: Query, duration: Duration): Query {
  const seconds = secondsOf(duration, 'offset');
  return mapQuery(query, (part) => {
    if (part.op === 'raw') {
      const expected = 'a query without raw(), which has an offset in its text';
      throw new MetricsError('METRICS_PANEL_INVALID', [{ where: 'offset', value: part.text, expected }]);
    }
    if (part.op !== 'samples' && part.op !== 'recorded') return part;
    if (part.offset !== undefined) {
      const expected = 'a query without an offset';
      throw new MetricsError('METRICS_PANEL_INVALID', [{ where: 'offset', value: part.offset, expected }]);
    }
    return seconds === 0 ? part : { ...part, offset: duration };
  });
}

/** Seconds since 1970. */
export const now: Clock = { op: 'clock', unit: 'seconds' };
/** Hour of the day, from 0 to 23, UTC. */
export const hour: Clock = { op: 'clock', unit: 'hour' };
/** Day of the week, from 0 (Sunday) to 6, UTC. */
export const weekday: Clock = { op: 'clock', unit: 'weekday' };

/**
 * Returns a query that is written in PromQL. Its names are not translated, and the live page cannot show it.
 *
 * @param labels of the result, if they are known.
 * @throws {MetricsError} METRICS_PANEL_INVALID if it is not valid PromQL, as of the syntax and of the types of its parts.
 *
 * @example
 * raw('histogram_quantile(0.5, sum by (le) (rate(legacy_bucket[5m])))', { labels: [] });
 */
export function raw(text: string, { labels }: { readonly labels?: readonly string[] } = {}): RawText {
  checkPromql('raw', text);
  return { op: 'raw', text, labels };
}

function binary(operator: Operator, left: Operand, right: Operand): Binary {
  return { op: 'binary', operator, left: operand(left), right: operand(right) };
}

function operand(value: Operand): Query {
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) {
    throw new MetricsError('METRICS_PANEL_INVALID', [{ where: 'query', value, expected: 'a query or a number' }]);
  }
  const constant: Constant = { op: 'constant', value };
  return constant;
}

function overTime(name: WindowFunction, of: Query, window: Duration): OverTime {
  secondsOf(window, 'window');
  return { op: 'overTime', function: name, of, window };
}

function top(name: 'topk' | 'bottomk', count: number, of: Query): Top {
  if (Number.isInteger(count) && count > 0) return { op: 'top', function: name, count, of };
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where: name, value: count, expected: 'an integer above 0' }]);
}
