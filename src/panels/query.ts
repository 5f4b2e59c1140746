/**
 * Queries as plain data. Functions of `select.ts` and `combine.ts` create them from metrics; `promql/` renders them as text,
 * and `interpreter/` evaluates them in process.
 *
 * A query is a tree. Its leaves are samples of one metric, which name their metric by the definition and never by a text.
 */
import type { Metric } from '../catalogue/catalogue.js';
import type { Duration, Window } from './duration.js';

/** A query, and each of its parts. */
export type Query =
  | Samples
  | Recorded
  | OverTime
  | Aggregate
  | Quantile
  | Binary
  | Constant
  | Clock
  | Top
  | Absent
  | RawText;

/** Part of a metric: its value, or the count, the sum, the buckets or the count below one bound of a histogram. */
export type Part = 'value' | 'count' | 'sum' | 'buckets' | 'below';

/** Condition on one attribute. The empty text stands for the absent attribute. */
export interface Matcher {
  readonly attribute: string;
  /** True to select all other values. */
  readonly not: boolean;
  /** One or more values. */
  readonly values: readonly string[];
}

/** The latest samples of all series that match. */
export interface Samples {
  readonly op: 'samples';
  readonly metric: Metric;
  readonly part: Part;
  /** Bound of a bucket, if `part` is `below`. */
  readonly bound?: number;
  readonly where: readonly Matcher[];
  /** Reads earlier samples, by this duration. */
  readonly offset?: Duration;
}

/** Series that a recording rule has written. */
export interface Recorded {
  readonly op: 'recorded';
  readonly name: string;
  /** Labels of the series; `undefined` if they are not known. */
  readonly labels: readonly string[] | undefined;
  readonly where: readonly Matcher[];
  /** The rule: its query, and the labels that it adds. */
  readonly rule: { readonly query: Query; readonly labels: Readonly<Record<string, string>> };
  readonly offset?: Duration;
}

/** Function of the samples of a window. */
export type WindowFunction =
  | 'rate'
  | 'increase'
  | 'delta'
  | 'changes'
  | 'avg'
  | 'min'
  | 'max'
  | 'sum'
  | 'count'
  | 'stddev';

/** A function of the values in a window, by series. */
export interface OverTime {
  readonly op: 'overTime';
  readonly function: WindowFunction;
  readonly of: Query;
  readonly window: Window;
}

/** Function that merges series. */
export type AggregateFunction = 'sum' | 'avg' | 'min' | 'max' | 'count' | 'stddev';

/** Series merged by labels. */
export interface Aggregate {
  readonly op: 'aggregate';
  readonly function: AggregateFunction;
  /** Attributes and target labels that remain. */
  readonly by: readonly string[];
  readonly of: Query;
}

/** Quantile of a histogram, estimated from its buckets. */
export interface Quantile {
  readonly op: 'quantile';
  /** From 0 to 1. */
  readonly quantile: number;
  readonly by: readonly string[];
  /** Rate or increase of the buckets of a histogram. */
  readonly of: OverTime & { readonly of: Samples };
}

/** Operator between two queries. `or`, `and` and `unless` are those of sets, as in PromQL. */
export type Operator = '+' | '-' | '*' | '/' | '>' | '>=' | '<' | '<=' | '==' | '!=' | 'or' | 'and' | 'unless';

/**
 * Two queries combined. Series with equal labels match. If one side has fewer labels than the other, its series match all
 * series that agree with them in these labels.
 */
export interface Binary {
  readonly op: 'binary';
  readonly operator: Operator;
  readonly left: Query;
  readonly right: Query;
}

/** A number. */
export interface Constant {
  readonly op: 'constant';
  readonly value: number;
}

/** The current time: seconds since 1970, hour of the day (UTC) or day of the week (0 is Sunday, UTC). */
export interface Clock {
  readonly op: 'clock';
  readonly unit: 'seconds' | 'hour' | 'weekday';
}

/** The series with the largest or smallest values. */
export interface Top {
  readonly op: 'top';
  readonly function: 'topk' | 'bottomk';
  readonly count: number;
  readonly of: Query;
}

/** One series of value 1 if the query has no series, else none. */
export interface Absent {
  readonly op: 'absent';
  readonly of: Query;
}

/** PromQL as written. The interpreter cannot evaluate it. */
export interface RawText {
  readonly op: 'raw';
  readonly text: string;
  /** Labels of the result; `undefined` if they are not known. */
  readonly labels: readonly string[] | undefined;
}

/** Labels that Prometheus adds to each scraped or received series. Queries may group by them. */
export const targetLabels = ['job', 'instance'] as const;

export type TargetLabel = (typeof targetLabels)[number];

/** Returns the labels of the result; `undefined` if they are not known. */
export function labelsOf(query: Query): readonly string[] | undefined {
  switch (query.op) {
    case 'samples':
      return undefined;
    case 'recorded':
    case 'raw':
      return query.labels;
    case 'aggregate':
    case 'quantile':
      return query.by;
    case 'overTime':
    case 'top':
      return labelsOf(query.of);
    case 'constant':
    case 'clock':
    case 'absent':
      return [];
    case 'binary': {
      const [left, right] = [labelsOf(query.left), labelsOf(query.right)];
      if (left === undefined || right === undefined) return undefined;
      if (isSetOperator(query.operator)) return query.operator === 'or' ? union(left, right) : left;
      return left.length >= right.length ? left : right;
    }
  }
}

/** True for the operators of sets, which select series instead of calculating values. */
export function isSetOperator(operator: Operator): operator is 'or' | 'and' | 'unless' {
  return operator === 'or' || operator === 'and' || operator === 'unless';
}

/** True for a number and for the time in seconds, which PromQL calls scalars. */
export function isScalar(query: Query): boolean {
  if (query.op === 'binary') return isScalar(query.left) && isScalar(query.right);
  return query.op === 'constant' || (query.op === 'clock' && query.unit === 'seconds');
}

/** Returns the query with each part replaced, the innermost first. */
export function mapQuery(query: Query, replace: (part: Query) => Query): Query {
  const inner = <Q extends Query>(part: Q): Q => mapQuery(part, replace) as Q;
  switch (query.op) {
    case 'overTime':
    case 'aggregate':
    case 'quantile':
    case 'top':
    case 'absent':
      return replace({ ...query, of: inner(query.of) } as Query);
    case 'binary':
      return replace({ ...query, left: inner(query.left), right: inner(query.right) });
    default:
      return replace(query);
  }
}

/** Returns the metrics of a query, each once, in the order of their first use. */
export function metricsIn(query: Query): readonly Metric[] {
  const found = new Set<Metric>();
  mapQuery(query, (part) => {
    if (part.op === 'samples') found.add(part.metric);
    return part;
  });
  return [...found];
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}
