/**
 * Renders a query as PromQL, with the names of the path in use.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
 */

import { canonicalText, numberText } from '../../naming/prometheus-numbers.js';
import { requireFields } from '../arguments.js';
import type { Duration, Window } from '../duration.js';
import { matchingOf } from '../matching.js';
import {
  type Binary,
  isSetOperator,
  type Matcher,
  type OverTime,
  type Quantile,
  type Query,
  type Recorded,
  type Samples,
  targetLabels,
} from '../query.js';
import { countSeries, type QueryNames } from './names.js';
import { quoted, selectorOf } from './selector.js';

/** How queries are rendered. */
export interface PromqlOptions {
  readonly names: QueryNames;
  /** Text of the window `auto`: `$__rate_interval` in Grafana, `5m` in rules. */
  readonly autoWindow: string;
  /** Step of subqueries; by default the evaluation interval of Prometheus. */
  readonly step?: Duration;
  /**
   * Conditions by label, such as `=~"$job"`. Those of `job` and `instance` are part of every selector of a metric, those of
   * attributes of the selectors of metrics that declare them.
   */
  readonly filters?: Readonly<Record<string, string>>;
}

const windowFunctions = {
  rate: 'rate',
  increase: 'increase',
  delta: 'delta',
  changes: 'changes',
  avg: 'avg_over_time',
  min: 'min_over_time',
  max: 'max_over_time',
  sum: 'sum_over_time',
  count: 'count_over_time',
  stddev: 'stddev_over_time',
} as const;

/** Precedence of operators; a higher one binds more tightly. */
const precedence = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
};

/** Returns the PromQL of a query. */
export function promql(query: Query, options: PromqlOptions): string {
  requireFields('promql: query', query, 'op');
  requireFields('promql: options', options, 'names', 'autoWindow');
  return render(query, options);
}

function render(query: Query, options: PromqlOptions): string {
  const inner = (part: Query) => render(part, options);
  switch (query.op) {
    case 'samples':
      return selector(query, options);
    case 'recorded':
      return `${recordedSelector(query, options)}${offsetOf(query)}`;
    case 'overTime':
      return overTime(query, options);
    case 'aggregate':
      return `${query.function}${grouping(query.by, options)}(${inner(query.of)})`;
    case 'quantile':
      return quantile(query, options);
    case 'binary':
      return binary(query, options);
    case 'constant':
      return numberText(query.value);
    case 'clock':
      return { seconds: 'time()', hour: 'hour()', weekday: 'day_of_week()' }[query.unit];
    case 'top':
      return `${query.function}(${query.count}, ${inner(query.of)})`;
    case 'absent':
      return `absent(${inner(query.of)})`;
    case 'raw':
      return query.text;
  }
}

function overTime({ function: name, of, window }: OverTime, options: PromqlOptions): string {
  const range = `[${windowText(window, options)}`;
  const call = windowFunctions[name];
  if (of.op === 'recorded') return `${call}(${recordedSelector(of, options)}${range}]${offsetOf(of)})`;
  if (of.op !== 'samples') return `${call}((${render(of, options)})${range}:${options.step ?? ''}])`;
  const result = `${call}(${selector(of, options, `${range}]`)})`;
  if (!options.names.isNative(of.metric)) return result;
  // Parts of a native histogram are functions of its samples.
  if (of.part === 'count') return `histogram_count(${result})`;
  if (of.part === 'sum') return `histogram_sum(${result})`;
  if (of.part !== 'below') return result;
  return `histogram_fraction(-Inf, ${numberText(of.bound ?? 0)}, ${result}) * histogram_count(${result})`;
}

function quantile({ quantile, by, of }: Quantile, options: PromqlOptions): string {
  const buckets = options.names.isNative(of.of.metric) ? by : ['le', ...by];
  return `histogram_quantile(${numberText(quantile)}, sum${grouping(buckets, options)}(${render(of, options)}))`;
}

function selector(samples: Samples, options: PromqlOptions, range = ''): string {
  const { metric, part, where, bound } = samples;
  const { names } = options;
  const family = names.metric(metric);
  const native = names.isNative(metric);
  const counted = part === 'count' && !native ? countSeries(metric, names) : undefined;
  const name = counted?.name ?? (part === 'value' || native ? family.sample : `${family.family}${suffixes[part]}`);
  const labels = [...targetLabels, ...Object.keys(metric.attributes)];
  const conditions = [...filtersOf(labels, options), ...where.flatMap((each) => matcher(each, names))];
  if (part === 'below' && !native && bound !== undefined) conditions.push(boundMatcher(bound));
  conditions.push(...(counted?.conditions ?? []));
  return `${selectorOf(name, conditions)}${range}${offsetOf(samples)}`;
}

const suffixes = { value: '', count: '', sum: '_sum', buckets: '_bucket', below: '_bucket' } as const;

function recordedSelector({ name, where, labels = [] }: Recorded, options: PromqlOptions): string {
  return selectorOf(name, [...filtersOf(labels, options), ...where.flatMap((each) => matcher(each, options.names))]);
}

/** Returns the conditions on labels that the series have. */
function filtersOf(labels: readonly string[], { filters = {}, names }: PromqlOptions): string[] {
  return Object.entries(filters)
    .filter(([label]) => labels.includes(label))
    .map(([label, condition]) => `${labelText(label, names)}${condition}`);
}

function matcher({ attribute, not, values }: Matcher, names: QueryNames): string[] {
  const label = labelText(attribute, names);
  const [first = ''] = values;
  if (values.length === 1) return [`${label}${not ? '!=' : '='}${quoted(first)}`];
  return [`${label}${not ? '!~' : '=~'}${quoted(values.map(pattern).join('|'))}`];
}

/** A bound is written as in text or as in OpenMetrics, by version and format: `1` or `1.0`, `1000000` or `1e+06`. */
function boundMatcher(bound: number): string {
  const texts = [...new Set([numberText(bound), canonicalText(bound)])];
  return texts.length === 1 ? `le=${quoted(texts.join())}` : `le=~${quoted(texts.map(pattern).join('|'))}`;
}

function binary({ operator, left, right }: Binary, options: PromqlOptions): string {
  const strength = precedence[operator];
  const side = (part: Query, isRight: boolean) => {
    const text = render(part, options);
    if (part.op === 'raw') return `(${text})`;
    // A native histogram's count below a bound is a product, too.
    if (part.op !== 'binary') return part.op === 'overTime' && text.includes(') * ') ? `(${text})` : text;
    const weaker = precedence[part.operator] < strength || (isRight && precedence[part.operator] === strength);
    return weaker ? `(${text})` : text;
  };
  return `${side(left, false)} ${operator}${matching(operator, left, right, options)} ${side(right, true)}`;
}

/** Returns how the series of both sides match; the empty text if equal labels match. */
function matching(operator: Binary['operator'], left: Query, right: Query, { names }: PromqlOptions): string {
  const match = matchingOf(operator, left, right);
  if (match === undefined) return '';
  const list = match.on.map((label) => labelText(label, names)).join(', ');
  return ` on (${list})${isSetOperator(operator) ? '' : ` group_${match.many} ()`}`;
}

function grouping(by: readonly string[], { names }: PromqlOptions): string {
  return by.length === 0 ? '' : ` by (${by.map((label) => labelText(label, names)).join(', ')}) `;
}

function labelText(attribute: string, names: QueryNames): string {
  const label = names.label(attribute);
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quoted(label);
}

function windowText(window: Window, { autoWindow }: PromqlOptions): string {
  return window === 'auto' ? autoWindow : window;
}

function offsetOf({ offset }: { readonly offset?: Duration }): string {
  return offset === undefined ? '' : ` offset ${offset}`;
}

/** Returns a regular expression that matches exactly this text. */
function pattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
