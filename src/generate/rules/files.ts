/** Files of rules: of Prometheus, of its operator, or of Datadog. */
import type { RuleGroup } from '../../panels/rules.js';
import { type Files, jsonText } from '../files.js';
import { kubernetesName } from '../kubernetes-name.js';
import { yamlText } from '../yaml.js';
import { datadogMonitors } from './datadog.js';
import { prometheusRuleResource, prometheusRules, type RuleOptions } from './prometheus.js';
import { runbookPage } from './runbook.js';

/** Formats of rules. */
export const ruleFormats = ['prometheus', 'operator', 'datadog'] as const;

export type RuleFormat = (typeof ruleFormats)[number];

/** Rules of a pack, a collector or a catalogue. */
export interface NamedRules {
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}

/** Returns a file for each pack that has rules, and the page of runbooks. */
export function ruleFiles(rules: readonly NamedRules[], format: RuleFormat, options: RuleOptions = {}): Files {
  const files = new Map<string, string>();
  const present = rules.filter(({ groups }) => groups.length > 0);
  for (const { name, groups } of present) {
    if (format === 'prometheus') files.set(`${name}.rules.yaml`, yamlText(prometheusRules(groups, options)));
    if (format === 'operator')
      files.set(
        `${name}.prometheusrule.yaml`,
        yamlText(prometheusRuleResource(`otelier-${kubernetesName(name)}`, groups, options)),
      );
    if (format === 'datadog') files.set(`${name}.monitors.json`, jsonText(datadogMonitors(groups)));
  }
  const all = present.flatMap(({ groups }) => groups);
  if (all.length > 0) files.set('alerts.md', runbookPage('Alerts', all, options));
  return files;
}
