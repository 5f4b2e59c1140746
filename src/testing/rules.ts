/**
 * The rules of the lint: their names, what each one asks, and how bad it is to break it.
 *
 * `error`: a parser refuses the exposition, or what it reads is wrong. `style`: it works, and is not what readers of
 * Prometheus metrics expect.
 */
import { type Problem, renderProblem } from '../errors.js';

/** How bad a problem is. */
export type LintSeverity = 'error' | 'style';

/** What a rule says. */
export interface LintRuleText {
  readonly severity: LintSeverity;
  /** What the rule asks, as one sentence. */
  readonly asks: string;
}

const error = (asks: string): LintRuleText => ({ severity: 'error', asks });
const style = (asks: string): LintRuleText => ({ severity: 'style', asks });

const table = {
  invalid_line: error('A line is a sample or metadata, and has blanks only where its format allows them.'),
  invalid_metadata: error('HELP, TYPE and UNIT are followed by a metric name and by what they say of it.'),
  invalid_name: error('A metric name is letters, digits, _ and :, or any text in quotes inside the braces.'),
  invalid_label: error('A label is a name that is not reserved, =, and a value in double quotes.'),
  duplicate_label: error('A sample has each label once.'),
  invalid_escape: error('A backslash stands before a backslash, n, or (not in HELP of text 0.0.4) a double quote.'),
  invalid_value: error('A value is a decimal number in the range of a double, +Inf, -Inf or NaN.'),
  invalid_timestamp: error('A timestamp is whole milliseconds in text 0.0.4, and finite seconds in OpenMetrics.'),
  invalid_exemplar: error('An exemplar is #, labels in braces, a value and perhaps a timestamp, one space between.'),
  unknown_type: error('TYPE is a type of the format.'),
  missing_newline: error('The last line of text 0.0.4 ends in a line feed.'),
  missing_eof: error('OpenMetrics ends in # EOF.'),
  text_after_eof: error('Nothing follows # EOF.'),

  duplicate_metadata: error('A metric has one HELP, one TYPE and one UNIT.'),
  late_metadata: error('TYPE, and in OpenMetrics all metadata, comes before the samples.'),
  interleaved_family: error('All lines of a metric stand together.'),
  interleaved_series: error('In OpenMetrics all samples with the same labels stand together.'),
  clashing_name: error('No metric has a name that samples of another one may have.'),
  duplicate_sample: error('A name and its labels appear once, in OpenMetrics once per timestamp.'),
  unordered_timestamps: error(
    'In OpenMetrics timestamps of a series grow, and all of its samples have one or none has.',
  ),

  unexpected_sample: error('A sample has the name that the type of its metric gives it.'),
  missing_total: error('In OpenMetrics the sample of a counter is the name of its metric and _total.'),
  invalid_counter: error('Counters, counts, buckets and their sums are numbers from 0 on.'),
  fractional_count: error('Counts and buckets are whole numbers.'),
  invalid_le: error('A bucket has a label le that is a number, infinity written +Inf.'),
  unordered_buckets: error('Buckets are in the order of their bounds, each bound once.'),
  buckets_not_cumulative: error('A bucket holds at least what the one before it holds.'),
  missing_inf_bucket: error('A histogram has a bucket le="+Inf".'),
  count_mismatch: error('The count of a histogram is what its +Inf bucket holds.'),
  incomplete_histogram: error('A histogram has a count; in OpenMetrics it has a count if it has a sum, and only then.'),
  impossible_sum: error(
    'In OpenMetrics a histogram with negative bounds has no sum, and only then may a gsum be negative.',
  ),
  invalid_quantile: error('A summary has samples with a label quantile from 0 to 1.'),
  negative_quantile: error('In OpenMetrics the value of a quantile is not negative.'),
  invalid_info: error('An info is 1.'),
  invalid_stateset: error('A state has a label named as its metric, and is 0 or 1.'),
  invalid_unit: error('A UNIT is the last part of the name of its metric, which is neither info nor stateset.'),
  misplaced_exemplar: error(
    'In OpenMetrics counters and buckets have exemplars, these within their bound; nothing else has.',
  ),
  long_exemplar: error('The labels of an exemplar have 128 characters at most.'),

  missing_help: style('A metric has a help text.'),
  counter_without_total: style('The name of a counter ends in _total.'),
  total_without_counter: style('Only the name of a counter ends in _total.'),
  timestamp_without_gauge: style('Only the name of a gauge ends in _timestamp_seconds.'),
  base_unit: style('A unit in a name is a base unit: seconds, bytes, metres, grams, joules, volts, amperes, celsius.'),
  abbreviated_unit: style('A unit in a name is not abbreviated.'),
  type_in_name: style('The name does not say the type.'),
  reserved_suffix: style('Only names of histograms and summaries end in _bucket, _count or _sum.'),
  reserved_label: style('Only histograms have a label le, and only summaries a label quantile.'),
  reserved_character: style('A colon in a name is kept for recording rules.'),
  camel_case: style('Names of metrics and labels are in snake_case.'),
  unused_exception: style('An exception excuses something.'),
} satisfies Record<string, LintRuleText>;

/** The name of a rule. */
export type LintRule = keyof typeof table;

/** All rules by name, in the order of the documentation. */
export const lintRules: Readonly<Record<LintRule, LintRuleText>> = table;

/** One thing that is wrong, or unusual, in an exposition. */
export interface LintProblem {
  /**
   * The metric as queries name it (`orders_total`, in OpenMetrics too); of a line that cannot be read, the name as far as
   * it was read; empty when the exposition as a whole is meant.
   */
  readonly metric: string;
  readonly rule: LintRule;
  readonly severity: LintSeverity;
  /** Counted from 1; `undefined` when the exposition as a whole is meant. */
  readonly line: number | undefined;
  /** What has the problem, the value found, and what was expected instead. */
  readonly text: string;
}

/** A problem as it is reported. */
export function problemOf(rule: LintRule, metric: string, line: number | undefined, problem: Problem): LintProblem {
  return { metric, rule, severity: lintRules[rule].severity, line, text: renderProblem(problem) };
}
