/** Alerts and recording rules. Plain data, which generators render for Prometheus, its operator and Datadog. */

import { MetricsError, type Problem } from '../errors.js';
import { requireFields, requireKnown } from './arguments.js';
import { type Duration, secondsOf } from './duration.js';
import { type Binary, labelsOf, type Matcher, type Query, type Recorded } from './query.js';

/** Severity of an alert: `page` wakes somebody, `ticket` waits for working hours, `info` is only shown. */
export type Severity = 'page' | 'ticket' | 'info';

/** Options of an alert. */
export interface AlertOptions {
  /** Unique within the rules: a letter, then letters and digits. */
  readonly name: string;
  /** The alert fires for each series of this query: a comparison, such as `above(query, 0.9)`, or `absent(...)`. */
  readonly when: Query;
  /** Time that the condition must hold; `5m` by default, `0s` to fire at once. */
  readonly for?: Duration | '0s';
  /** Time that the alert keeps firing after its condition ended. */
  readonly keepFiringFor?: Duration;
  readonly severity: Severity;
  /** One sentence. `{gpu_id}` stands for the value of a label, `{value}` for that of the query. */
  readonly summary: string;
  /** Meaning of the alert, and the first thing to do. The runbook shows it. */
  readonly description: string;
  /** Further labels, for routes of Alertmanager. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** An alert with its defaults. */
export type Alert = Required<Omit<AlertOptions, 'keepFiringFor'>> & Pick<AlertOptions, 'keepFiringFor'>;

/** A recording rule: a query whose result Prometheus stores under a name. */
export interface Recording {
  /** By convention `level:metric:operation`, such as `job:request_latency_seconds:p95_5m`. */
  readonly name: string;
  readonly query: Query;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  /** Interval of evaluations; that of Prometheus by default. */
  readonly interval?: Duration;
  /** Evaluated first, so that the alerts can use them. */
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

const severities: readonly Severity[] = ['page', 'ticket', 'info'];

const fields = ['name', 'when', 'for', 'keepFiringFor', 'severity', 'summary', 'description', 'labels'];

/**
 * Returns an alert.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID with all problems: an unknown option, an invalid name, severity or duration, an empty summary or
 * description, a label in the summary that the query does not have, a query without a condition.
 *
 * @example
 * const { stock } = metricsOf(shop);
 * alert({ name: 'StockLow', when: below(value(stock, { by: ['shelf'] }), 3), for: '10m', severity: 'ticket',
 *         summary: 'Shelf {shelf} has {value} items.', description: 'Order more before customers find it empty.' });
 */
export function alert(options: AlertOptions): Alert {
  requireFields('alert', options, 'name', 'when');
  requireKnown('alert', options, fields);
  const problems = alertProblems(options);
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  if (options.for !== undefined && options.for !== '0s') secondsOf(options.for, `alert ${options.name}.for`);
  if (options.keepFiringFor !== undefined) secondsOf(options.keepFiringFor, `alert ${options.name}.keepFiringFor`);
  return Object.freeze({ for: '5m', labels: {}, ...options });
}

/**
 * Returns a recording rule.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if the name is not valid in Prometheus.
 */
export function recording(name: string, query: Query, labels: Readonly<Record<string, string>> = {}): Recording {
  if (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return Object.freeze({ name, query, labels });
  const expected = 'a letter, then letters, digits, _ and :';
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where: 'recording', value: name, expected }]);
}

/** Returns a query of the series that a recording rule writes. */
export function recorded(rule: Recording): Recorded {
  requireFields('recorded', rule, 'name', 'query', 'labels');
  const { name, query, labels } = rule;
  const where: Matcher[] = Object.entries(labels).map(([attribute, value]) => ({
    attribute,
    not: false,
    values: [value],
  }));
  const known = labelsOf(query);
  const all = known && [...new Set([...known, ...Object.keys(labels)])];
  return { op: 'recorded', name, where, labels: all, rule: { query, labels } };
}

/**
 * Returns a group of rules.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an option is unknown.
 */
export function ruleGroup(name: string, group: Partial<Omit<RuleGroup, 'name'>>): RuleGroup {
  requireFields('ruleGroup', group);
  requireKnown('ruleGroup', group, ['name', 'interval', 'recordings', 'alerts']);
  return Object.freeze({ recordings: [], alerts: [], ...group, name });
}

function alertProblems({ name, when, severity, summary, description }: AlertOptions): Problem[] {
  const where = `alert ${JSON.stringify(name)}`;
  const problems: Problem[] = [];
  const report = (field: string, value: unknown, expected: string) =>
    problems.push({ where: `${where}.${field}`, value, expected });
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(String(name))) report('name', name, 'a letter, then letters and digits');
  if (!severities.includes(severity)) report('severity', severity, severities.join(', '));
  if (!String(summary ?? '').trim()) report('summary', summary, 'a sentence');
  if (!String(description ?? '').trim()) report('description', description, 'what it means and what to do');
  if (!hasCondition(when)) report('when', when?.op, 'a comparison such as above(query, 0.9), or absent(query)');
  const labels = when === undefined ? undefined : labelsOf(when);
  for (const [, label = ''] of String(summary ?? '').matchAll(/\{([^{}]+)\}/g)) {
    if (label !== 'value' && labels !== undefined && !labels.includes(label))
      report('summary', summary, `labels of the query: ${['value', ...labels].join(', ')}`);
  }
  return problems;
}

/** True if a query has no series while all is well, as far as it is known. */
function hasCondition(query: Query | undefined): boolean {
  if (query === undefined) return false;
  if (query.op === 'absent' || query.op === 'raw') return true;
  if (query.op === 'top') return hasCondition(query.of);
  if (query.op !== 'binary') return false;
  const { operator, left, right }: Binary = query;
  if (operator === 'or') return hasCondition(left) && hasCondition(right);
  if (operator === 'and') return hasCondition(left) || hasCondition(right);
  return operator === 'unless' ? hasCondition(left) : ['>', '>=', '<', '<=', '==', '!='].includes(operator);
}
