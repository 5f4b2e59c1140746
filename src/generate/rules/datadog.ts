/**
 * Monitors of Datadog, for metrics that the backend `datadog` sends.
 *
 * Datadog has no joins of series, no functions of a query over time and no quantiles of histograms of its series API. An
 * alert that needs one of these has no monitor; it is listed with the reason.
 *
 * @see https://docs.datadoghq.com/api/latest/monitors/
 */
import { datadogName, datadogTag } from '../../naming/datadog.js';
import { secondsOf } from '../../panels/duration.js';
import { type Aggregate, labelsOf, type OverTime, type Query, type Samples } from '../../panels/query.js';
import type { Alert, RuleGroup } from '../../panels/rules.js';

/** Monitors, and the alerts that Datadog cannot express. */
export interface DatadogMonitors {
  readonly monitors: readonly object[];
  readonly omitted: readonly { readonly name: string; readonly reason: string }[];
}

/** Reason why Datadog cannot express a query. */
class Inexpressible extends Error {}

const comparisons: ReadonlySet<string> = new Set(['>', '>=', '<', '<=']);
const priorities = { page: 1, ticket: 3, info: 5 } as const;

/** Returns the monitors of groups of rules. */
export function datadogMonitors(groups: readonly RuleGroup[]): DatadogMonitors {
  const monitors: object[] = [];
  const omitted: { name: string; reason: string }[] = [];
  for (const alert of groups.flatMap(({ alerts }) => alerts)) {
    try {
      monitors.push(monitorOf(alert));
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      omitted.push({ name: alert.name, reason: error.message });
    }
  }
  return { monitors, omitted };
}

function monitorOf(alert: Alert): object {
  const { name, when, summary, description, severity, labels } = alert;
  if (when.op !== 'binary' || !comparisons.has(when.operator) || when.right.op !== 'constant')
    throw new Inexpressible('its condition is not a comparison with a number');
  const minutes = Math.max(1, Math.ceil((alert.for === '0s' ? 60 : secondsOf(alert.for)) / 60));
  const { value } = when.right;
  return {
    name: `${name}: ${description}`.slice(0, 200),
    type: 'query alert',
    query: `avg(last_${minutes}m):${expression(when.left)} ${when.operator} ${value}`,
    message: messageOf(summary),
    priority: priorities[severity],
    tags: ['managed_by:otelier', ...Object.entries(labels).map(([key, text]) => datadogTag(key, text))],
    options: { thresholds: { critical: value }, notify_no_data: false, include_tags: true },
  };
}

/** Returns a message; Datadog's variables have the form `{{gpu_id.name}}`. */
function messageOf(text: string): string {
  return text
    .replace(/\{\{|\}\}/g, ' ')
    .replace(/\{([^{}]+)\}/g, (_, label: string) =>
      label === 'value' ? '{{value}}' : `{{${datadogTag(label, 'x').slice(0, -2)}.name}}`,
    );
}

function expression(query: Query): string {
  switch (query.op) {
    case 'constant':
      return String(query.value);
    case 'aggregate':
      return aggregate(query);
    case 'binary': {
      const { operator, left, right } = query;
      // The share 0 of a group without any part: Datadog fills missing values instead.
      if (operator === 'or' && isZero(right)) return `default_zero(${expression(left)})`;
      if (!['+', '-', '*', '/'].includes(operator)) throw new Inexpressible(`Datadog has no operator ${operator}`);
      if (!sameGroups(left, right)) throw new Inexpressible('Datadog cannot join groups of different labels');
      return `(${expression(left)} ${operator} ${expression(right)})`;
    }
    default:
      throw new Inexpressible(reasons[query.op] ?? `Datadog has no equivalent of ${query.op}`);
  }
}

const reasons: Readonly<Partial<Record<Query['op'], string>>> = {
  quantile: 'the series API has no percentiles of histograms',
  recorded: 'it uses recording rules',
  overTime: 'Datadog has no functions of a query over time',
  samples: 'it compares single series without grouping',
  clock: 'Datadog has no time in queries; schedule a downtime instead',
  raw: 'it is written in PromQL',
};

function aggregate({ function: name, by, of }: Aggregate): string {
  if (of.op === 'samples') return `${name}:${selector(of, by)}`;
  if (of.op !== 'overTime' || of.of.op !== 'samples') throw new Inexpressible('Datadog has no functions of queries');
  const suffix = { rate: 'as_rate()', increase: 'as_count()' }[of.function as string];
  if (suffix === undefined) throw new Inexpressible(`Datadog has no function ${of.function}`);
  return `${name}:${selector(of.of, by)}.${suffix}`;
}

function selector({ metric, part, where, offset }: Samples & { of?: OverTime }, by: readonly string[]): string {
  if (offset !== undefined) throw new Inexpressible('Datadog shifts whole queries only');
  if (part === 'below' || part === 'buckets') throw new Inexpressible('buckets are not sent by default');
  const conditions = where.map(({ attribute, not, values }) => {
    const tags = values.map((value) => datadogTag(attribute, value));
    return tags.length === 1 ? `${not ? '!' : ''}${tags[0]}` : `${not ? '!' : ''}(${tags.join(' OR ')})`;
  });
  const filter =
    conditions.length === 0 ? '*' : conditions.join(conditions.some((each) => each.includes(' ')) ? ' AND ' : ',');
  const name = datadogName(metric.name, part === 'value' ? '' : `.${part}`);
  const groups = by.map((label) => datadogTag(label, 'x').slice(0, -2));
  return `${name}{${filter}}${groups.length === 0 ? '' : ` by {${groups.join(',')}}`}`;
}

/** True for the second operand of `ratio`: a query times 0. */
function isZero(query: Query): boolean {
  return query.op === 'binary' && query.operator === '*' && query.right.op === 'constant' && query.right.value === 0;
}

function sameGroups(left: Query, right: Query): boolean {
  if (left.op === 'constant' || right.op === 'constant') return true;
  const [one, other] = [labelsOf(left), labelsOf(right)];
  return one !== undefined && other !== undefined && [...one].sort().join() === [...other].sort().join();
}
