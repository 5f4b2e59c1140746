/**
 * The alerts of the pack `agent`, with the recording rules and objectives that they need.
 *
 * Each alert fires by job: services that run the pack do not hide each other.
 */

import { type RuleGroup, ruleGroup } from '../../panels/index.js';
import { groupName } from '../kit/namespace.js';
import { agentObjectives } from './alerts-objectives.js';
import { type AgentRulesOptions, thresholdsOf } from './alerts-options.js';
import { failureAlerts, silenceGroup, stalledAlert } from './alerts-tasks.js';
import { unusualAlerts } from './alerts-unusual.js';
import { agentMetrics } from './queries.js';

export type { AgentRulesOptions } from './alerts-options.js';

/**
 * Returns the rules of the pack: alerts on what is unusual (by recording rules), on failures and on silence, and objectives.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or a threshold is not above 0;
 * METRICS_PANEL_INVALID if a duration is invalid or `latencyMs` is not a bucket boundary; METRICS_CATALOGUE_INVALID if the
 * namespace is invalid.
 *
 * @example
 * agentRules({ namespace: 'lazybird', errorShare: [{ fromHour: 6, value: 0.05 }, { fromHour: 22, value: 0.2 }] });
 */
export function agentRules(options: AgentRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf(options);
  const { namespace } = thresholds;
  const metrics = agentMetrics(namespace);
  const group = groupName('agent', namespace);
  return [
    ruleGroup(`${group}-unusual`, { interval: '1m', ...unusualAlerts(metrics, thresholds) }),
    ruleGroup(group, { alerts: [...failureAlerts(metrics, thresholds), stalledAlert(metrics, thresholds)] }),
    silenceGroup(`${group}-silence`, metrics, thresholds),
    ...agentObjectives(metrics, namespace, thresholds).map(({ rules }) => rules),
  ];
}
