/** Rows of agents in this process, and of the tools and data that they use. */
import { mean, panel, quantile, type Role, type Row, rate, ratio, row } from '../../../panels/index.js';
import type { GenaiMetrics } from './metrics.js';

const roles: readonly Role[] = ['operator', 'developer'];
const failed = { 'error.type': { not: '' } } as const;

/** Returns the row of agents. */
export function agentsRow({ common }: GenaiMetrics): Row {
  const { invokeAgentDuration, invokeAgentInferenceCalls, invokeAgentToolCalls } = common;
  const by = ['gen_ai.agent.name'] as const;
  const legend = '{gen_ai.agent.name}';
  return row('Agents', [
    panel({
      title: 'Invocations of agents and runs of workflows',
      unit: '{invocation}/s',
      queries: { query: rate(invokeAgentDuration, { by }), legend },
      stacked: true,
    }),
    panel({
      title: 'Duration of agents, p95',
      queries: { query: quantile(0.95, invokeAgentDuration, { by }), legend },
    }),
    panel({
      title: 'Failed invocations',
      queries: {
        query: ratio(rate(invokeAgentDuration, { by, where: failed }), rate(invokeAgentDuration, { by })),
        legend,
      },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Calls of an invocation, mean',
      unit: '{call}',
      queries: [
        { query: mean(invokeAgentInferenceCalls, { by }), legend: '{gen_ai.agent.name}: models' },
        { query: mean(invokeAgentToolCalls, { by }), legend: '{gen_ai.agent.name}: tools' },
      ],
      roles: ['developer'],
    }),
  ]);
}

/** Returns the row of tools and retrievals. */
export function toolsRow({ common }: GenaiMetrics): Row {
  const { executeToolDuration, retrievalDuration } = common;
  const by = ['gen_ai.tool.name'] as const;
  const legend = '{gen_ai.tool.name}';
  return row('Tools and retrieval', [
    panel({
      title: 'Tool executions',
      unit: '{execution}/s',
      queries: { query: rate(executeToolDuration, { by }), legend },
      stacked: true,
      roles,
    }),
    panel({
      title: 'Duration of tools, p95',
      queries: { query: quantile(0.95, executeToolDuration, { by }), legend },
      roles,
    }),
    panel({
      title: 'Failed tool executions',
      queries: {
        query: ratio(rate(executeToolDuration, { by, where: failed }), rate(executeToolDuration, { by })),
        legend,
      },
      min: 0,
      thresholds: [{ from: 0.2, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Duration of retrievals, p95',
      queries: {
        query: quantile(0.95, retrievalDuration, { by: ['gen_ai.data_source.id'] }),
        legend: '{gen_ai.data_source.id}',
      },
      roles,
    }),
  ]);
}
