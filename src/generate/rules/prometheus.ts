/**
 * Rule files of Prometheus, and resources of its operator.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 */
import { type NamingOptions, type QueryNames, queryNames } from '../../panels/promql/names.js';
import { promql } from '../../panels/promql/render.js';
import type { Query } from '../../panels/query.js';
import type { Alert, Recording, RuleGroup } from '../../panels/rules.js';
import { alertTemplate, escaped } from './templates.js';

/** Options of rules. */
export interface RuleOptions extends NamingOptions {
  /** URL of the page `alerts.md`, without a fragment; alerts then link to their section. */
  readonly runbooks?: string | undefined;
}

/** Window of rates without a window of their own. */
const autoWindow = '5m';

/** Returns the content of a rule file, for `rule_files`. */
export function prometheusRules(groups: readonly RuleGroup[], options: RuleOptions = {}): object {
  const names = queryNames(options);
  return {
    groups: withUniqueNames(groups).map(({ name, interval, recordings, alerts }) => ({
      name,
      ...(interval === undefined ? {} : { interval }),
      rules: [
        ...recordings.map((each) => recordingRule(each, names)),
        ...alerts.map((each) => alertingRule(each, names, options)),
      ],
    })),
  };
}

/** Prometheus rejects a file in which two groups have the same name: further ones get a number. */
function withUniqueNames(groups: readonly RuleGroup[]): readonly RuleGroup[] {
  const taken = new Set<string>();
  return groups.map((group) => {
    let name = group.name;
    for (let number = 2; taken.has(name); number += 1) name = `${group.name}-${number}`;
    taken.add(name);
    return { ...group, name };
  });
}

/** Returns the resource `PrometheusRule` of Prometheus Operator. */
export function prometheusRuleResource(name: string, groups: readonly RuleGroup[], options: RuleOptions = {}): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'otelier' } },
    spec: prometheusRules(groups, options),
  };
}

/** Returns the anchor of an alert on the page of runbooks. */
function runbookAnchor(name: string): string {
  return name.toLowerCase();
}

function recordingRule({ name, query, labels }: Recording, names: QueryNames): object {
  return { record: name, expr: expression(query, names), ...labelsOrNothing(labels) };
}

function alertingRule(alert: Alert, names: QueryNames, { runbooks }: RuleOptions): object {
  const { name, when, summary, description, severity, labels, keepFiringFor } = alert;
  return {
    alert: name,
    expr: expression(when, names),
    ...(alert.for === '0s' ? {} : { for: alert.for }),
    ...(keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor }),
    // Labels are templates, too.
    labels: { severity, ...Object.fromEntries(Object.entries(labels).map(([key, text]) => [key, escaped(text)])) },
    annotations: {
      summary: alertTemplate(summary, when, names),
      description: escaped(description),
      ...(runbooks === undefined ? {} : { runbook_url: escaped(`${runbooks}#${runbookAnchor(name)}`) }),
    },
  };
}

function labelsOrNothing(labels: Readonly<Record<string, string>>): object {
  return Object.keys(labels).length === 0 ? {} : { labels };
}

function expression(query: Query, names: QueryNames): string {
  return promql(query, { names, autoWindow });
}
