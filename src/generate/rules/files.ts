/** Files of rules: of Prometheus, of its operator, or of Datadog. */
import type { RuleGroup } from '../../panels/rules.js';
import { requireNone, runbookProblems } from '../checks.js';
import { type Claim, type Files, fileKey, jsonText, requireUnique } from '../files.js';
import { kubernetesName } from '../kubernetes-name.js';
import { yamlText } from '../yaml.js';
import { datadogMonitors } from './datadog.js';
import { hasRules, type NamedRules } from './named-rules.js';
import { prometheusRuleResource, prometheusRules, type RuleOptions } from './prometheus.js';
import { runbookPage } from './runbook.js';
import { requireUniqueRules } from './unique.js';

/** Formats of rules. */
export const ruleFormats = ['prometheus', 'operator', 'datadog'] as const;

export type RuleFormat = (typeof ruleFormats)[number];

/**
 * Returns a file for each pack that has rules, and the page of runbooks.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if two sources have the same file, two alerts, recordings or
 * objectives have the same name, or `runbooks` is not a URL of HTTP.
 */
export function ruleFiles(rules: readonly NamedRules[], format: RuleFormat, options: RuleOptions = {}): Files {
  requireNone(runbookProblems(options.runbooks));
  const present = rules.filter(hasRules);
  requireUnique(present.map((each) => claimOf(each, format)));
  requireUniqueRules(present);
  const files = new Map(
    present.map(({ name, groups }) => [`${name}${endings[format]}`, textOf(name, groups, format, options)]),
  );
  const all = present.flatMap(({ groups }) => groups);
  if (all.length > 0) files.set('alerts.md', runbookPage('Alerts', all, options));
  return files;
}

const endings: Readonly<Record<RuleFormat, string>> = {
  prometheus: '.rules.yaml',
  operator: '.prometheusrule.yaml',
  datadog: '.monitors.json',
};

function claimOf({ name, from = name }: NamedRules, format: RuleFormat): Claim {
  const path = `${name}${endings[format]}`;
  if (format !== 'operator') return { name: path, from, key: fileKey(path) };
  // Files with different names may hold resources of one name, of which a cluster keeps the last.
  return { name: `${path}, PrometheusRule ${resourceName(name)}`, from, key: resourceName(name) };
}

function resourceName(name: string): string {
  return `otelier-${kubernetesName(name)}`;
}

function textOf(name: string, groups: readonly RuleGroup[], format: RuleFormat, options: RuleOptions): string {
  if (format === 'datadog') return jsonText(datadogMonitors(groups));
  const isResource = format === 'operator';
  return yamlText(
    isResource ? prometheusRuleResource(resourceName(name), groups, options) : prometheusRules(groups, options),
  );
}
