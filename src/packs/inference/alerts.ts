/** The alerts of the pack `inference`, with the objectives of its requests. */

import { type RuleGroup, ruleGroup, type Slo, slo } from '../../panels/index.js';
import { secondsText } from '../../panels/unit.js';
import { groupName, objectivePrefix } from '../kit/namespace.js';
import { gpuAlerts } from './alerts-gpu.js';
import { type InferenceRulesOptions, type InferenceThresholds, thresholdsOf } from './alerts-options.js';
import { requestAlerts, silenceGroup } from './alerts-requests.js';
import { type InferenceMetrics, inferenceMetrics } from './queries.js';

export type { InferenceRulesOptions } from './alerts-options.js';

/**
 * Returns the rules of the pack: objectives on the duration and the success of requests, and alerts on queues, GPUs, stalled
 * requests and silence.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or a threshold is not above 0;
 * METRICS_PANEL_INVALID if a duration is invalid or `latencySeconds` is not a bucket boundary; METRICS_CATALOGUE_INVALID if
 * the namespace is invalid.
 *
 * @example
 * inferenceRules({ latencySeconds: 0.25, gpuMemoryTotalMb: 80_000 });
 */
export function inferenceRules(options: InferenceRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf(options);
  const { namespace } = thresholds;
  const metrics = inferenceMetrics(namespace);
  const group = groupName('inference', namespace);
  return [
    ruleGroup(group, { alerts: [...requestAlerts(metrics, thresholds), ...gpuAlerts(metrics, thresholds)] }),
    silenceGroup(`${group}-silence`, metrics, thresholds),
    ...objectives(metrics, namespace, thresholds).map(({ rules }) => rules),
  ];
}

function objectives(
  { requestLatency, requestCount, requestErrors }: InferenceMetrics,
  namespace: string | undefined,
  { latencySeconds, latencyObjective, successObjective }: InferenceThresholds,
): readonly Slo[] {
  const prefix = objectivePrefix('inference', namespace);
  return [
    slo({
      name: `${prefix}_latency`,
      objective: latencyObjective,
      description: `Requests take at most ${secondsText(latencySeconds)}.`,
      latency: { metric: requestLatency, below: latencySeconds },
    }),
    slo({
      name: `${prefix}_success`,
      objective: successObjective,
      description: 'Requests succeed.',
      errors: { metric: requestCount, failures: requestErrors },
    }),
  ];
}
