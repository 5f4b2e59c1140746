/**
 * The lint rules: names, severities and descriptions.
 *
 * `error`: a parser rejects the exposition, or its data is wrong. `style`: the exposition works, but does not follow the
 * conventions of Prometheus.
 */
import { type Problem, renderProblem } from '../errors.js';

/** Severity of a problem. */
export type LintSeverity = 'error' | 'style';

/** Severity and description of a rule. */
export interface LintRuleText {
  readonly severity: LintSeverity;
  /** Requirement, as one sentence. */
  readonly description: string;
}

const error = (description: string): LintRuleText => ({ severity: 'error', description });
const style = (description: string): LintRuleText => ({ severity: 'style', description });

const table = {
  invalid_line: error('A line is a sample or metadata and has blanks only where its format allows them.'),
  invalid_metadata: error('HELP, TYPE and UNIT are followed by a metric name and their value.'),
  invalid_name: error('A metric name consists of letters, digits, _ and :, or is quoted inside the braces.'),
  invalid_label: error('A label is a valid, unreserved name, =, and a value in double quotes.'),
  duplicate_label: error('A sample has each label once.'),
  invalid_escape: error('A backslash precedes a backslash, n, or (except in HELP of text 0.0.4) a double quote.'),
  invalid_value: error('A value is a decimal number within the range of a double, +Inf, -Inf or NaN.'),
  invalid_timestamp: error(
    'A timestamp is an integer in milliseconds in text 0.0.4 and a finite number of seconds in OpenMetrics.',
  ),
  invalid_exemplar: error(
    'An exemplar is #, labels in braces, a value and an optional timestamp, separated by single spaces.',
  ),
  unknown_type: error('TYPE is a type of the format.'),
  missing_newline: error('The last line of text 0.0.4 ends with a line feed.'),
  missing_eof: error('An OpenMetrics exposition ends with # EOF.'),
  text_after_eof: error('No line follows # EOF.'),

  duplicate_metadata: error('A metric has at most one HELP, one TYPE and one UNIT.'),
  late_metadata: error('TYPE precedes the samples; in OpenMetrics all metadata precedes them.'),
  interleaved_family: error('All lines of a metric are contiguous.'),
  interleaved_series: error('In OpenMetrics all samples with the same labels are contiguous.'),
  clashing_name: error('No metric has a name that a sample of another metric may have.'),
  duplicate_sample: error(
    'Each combination of name and labels occurs once; in OpenMetrics, samples with timestamps may repeat.',
  ),
  unordered_timestamps: error(
    'In OpenMetrics the timestamps of a series never decrease, and all or none of its samples have one.',
  ),

  unexpected_sample: error('The name of a sample matches the type of its metric.'),
  missing_total: error(
    'In OpenMetrics a counter has a sample named after its metric with the suffix _total, also beside each _created.',
  ),
  invalid_counter: error('Counters, counts, buckets and their sums are numbers of at least 0.'),
  fractional_count: error('Counts and buckets are integers.'),
  invalid_le: error('A bucket has a label le that is a number, with infinity written +Inf.'),
  unordered_buckets: error('Buckets are in increasing order of their bounds, without duplicates.'),
  buckets_not_cumulative: error('The value of a bucket is at least the value of the previous bucket.'),
  missing_inf_bucket: error('A histogram has a bucket le="+Inf".'),
  count_mismatch: error('The count of a histogram equals the value of its +Inf bucket.'),
  incomplete_histogram: error(
    'In text 0.0.4 a histogram has a count; in OpenMetrics it has both count and sum or neither.',
  ),
  impossible_sum: error(
    'In OpenMetrics a histogram with negative bounds has no sum, and a gsum is negative only with negative bounds.',
  ),
  invalid_quantile: error('A sample of a summary has a label quantile from 0 to 1.'),
  negative_quantile: error('In OpenMetrics the value of a quantile is not negative.'),
  invalid_info: error('The value of an info is 1.'),
  invalid_stateset: error('A sample of a state set has a label named after its metric, and the value 0 or 1.'),
  invalid_unit: error('A UNIT is the suffix of the metric name; infos and state sets have no UNIT.'),
  misplaced_exemplar: error(
    'In OpenMetrics only counters and buckets have exemplars, within the bounds of the bucket.',
  ),
  long_exemplar: error('The labels of an exemplar have at most 128 characters.'),

  missing_help: style('A metric has a help text.'),
  counter_without_total: style('The name of a counter ends in _total.'),
  total_without_counter: style('Only the name of a counter ends in _total.'),
  timestamp_without_gauge: style('Only the name of a gauge ends in _timestamp_seconds.'),
  base_unit: style('A unit in a name is a base unit: seconds, bytes, metres, grams, joules, volts, amperes, celsius.'),
  abbreviated_unit: style('A unit in a name is not abbreviated.'),
  type_in_name: style('A name does not contain the type.'),
  reserved_suffix: style('Only names of histograms and summaries end in _bucket, _count or _sum.'),
  reserved_label: style('Only histograms have a label le, and only summaries have a label quantile.'),
  reserved_character: style('A name contains no colon; colons are reserved for recording rules.'),
  camel_case: style('Names of metrics and labels are in snake_case.'),
  unused_exception: style('Every exception matches a problem.'),
} satisfies Record<string, LintRuleText>;

/** Name of a rule. */
export type LintRule = keyof typeof table;

/** All rules by name, in the order of the documentation. */
export const lintRules: Readonly<Record<LintRule, LintRuleText>> = table;

/** A problem in an exposition. */
export interface LintProblem {
  /**
   * Name of the metric as in queries (`orders_total`, also in OpenMetrics). For an invalid line, the part of the name that
   * was parsed; empty for a problem of the whole exposition.
   */
  readonly metric: string;
  readonly rule: LintRule;
  readonly severity: LintSeverity;
  /** Line number, from 1; `undefined` for a problem of the whole exposition. */
  readonly line: number | undefined;
  /** Location, value found and value expected. */
  readonly text: string;
}

/** Creates a problem of a rule. */
export function problemOf(rule: LintRule, metric: string, line: number | undefined, problem: Problem): LintProblem {
  return { metric, rule, severity: lintRules[rule].severity, line, text: renderProblem(problem) };
}
