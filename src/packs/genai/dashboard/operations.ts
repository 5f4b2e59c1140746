/** Row of operations and their errors. */
import { type PanelQuery, panel, type Row, rate, ratio, row } from '../../../panels/index.js';
import type { GenaiMetrics } from './metrics.js';

const unit = '{operation}/s';
const failed = { 'error.type': { not: '' } } as const;

/** Returns the row. */
export function operationsRow(metrics: GenaiMetrics): Row {
  const { duration } = metrics;
  const byModel = { by: ['gen_ai.request.model'] } as const;
  const byProvider = { by: ['gen_ai.provider.name'] } as const;
  return row('Operations', [
    panel({
      title: 'Operations by model',
      description: 'Calls per second, by requested model.',
      unit,
      queries: { query: rate(duration, byModel), legend: '{gen_ai.request.model}' },
      stacked: true,
    }),
    panel({
      title: 'Operations by kind',
      description: 'Calls per second, by kind of operation.',
      unit,
      queries: ratesByKind(metrics),
      stacked: true,
      roles: ['developer'],
    }),
    panel({
      title: 'Failed operations by model',
      description: 'Share of the calls of a model that failed.',
      queries: {
        query: ratio(rate(duration, { ...byModel, where: failed }), rate(duration, byModel)),
        legend: '{gen_ai.request.model}',
      },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
    }),
    panel({
      title: 'Failed operations by provider',
      description: 'Share of the calls at a provider that failed.',
      queries: {
        query: ratio(rate(duration, { ...byProvider, where: failed }), rate(duration, byProvider)),
        legend: '{gen_ai.provider.name}',
      },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
      roles: ['operator'],
    }),
    panel({
      title: 'Errors by type',
      description: 'Failed calls per second, by provider and type of the error.',
      unit,
      queries: {
        query: rate(duration, { by: ['gen_ai.provider.name', 'error.type'], where: failed }),
        legend: '{gen_ai.provider.name}: {error.type}',
      },
      stacked: true,
      roles: ['operator', 'developer'],
    }),
  ]);
}

/** The latest conventions have a metric for each kind, and one for all other kinds. */
function ratesByKind({ common, latest, legacy }: GenaiMetrics): PanelQuery[] {
  const by = ['gen_ai.operation.name'] as const;
  const legend = '{gen_ai.operation.name}';
  const all = { query: rate(common.operationDuration, { by }), legend };
  if (latest === undefined) return [all];
  return [
    { query: rate(latest.inferenceDuration, { by }), legend },
    { query: rate(latest.embeddingsDuration, { by }), legend },
    { query: rate(latest.invokeRemoteAgentDuration, { by }), legend },
    // With both conventions it has all kinds.
    ...(legacy === undefined ? [all] : []),
  ];
}
