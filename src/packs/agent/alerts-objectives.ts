/** Objectives of a platform: tasks succeed, and end in time. */

import { type Slo, slo } from '../../panels/index.js';
import { secondsText } from '../../panels/unit.js';
import { objectivePrefix } from '../kit/namespace.js';
import type { AgentThresholds } from './alerts-options.js';
import { type AgentMetrics, failedOutcomes } from './queries.js';

/** Returns the objectives of the pack. Their names begin with the namespace. */
export function agentObjectives(
  { taskOutcomes, taskLatency }: AgentMetrics,
  namespace: string | undefined,
  {
    successObjective,
    latencyObjective,
    latencyMs,
  }: Pick<AgentThresholds, 'successObjective' | 'latencyObjective' | 'latencyMs'>,
): readonly Slo[] {
  const prefix = objectivePrefix('agent', namespace);
  return [
    slo({
      name: `${prefix}_task_success`,
      objective: successObjective,
      description: 'Tasks of agents succeed.',
      errors: { metric: taskOutcomes, failed: { outcome: failedOutcomes } },
    }),
    slo({
      name: `${prefix}_task_latency`,
      objective: latencyObjective,
      description: `Tasks of agents end within ${secondsText(latencyMs / 1_000)}.`,
      latency: { metric: taskLatency, below: latencyMs },
    }),
  ];
}
