/** Row of single values. */
import { mean, panel, plus, type Query, quantile, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import type { GenaiMetrics } from './metrics.js';

/** Returns the row. */
export function overviewRow(metrics: GenaiMetrics): Row {
  const { common, duration, timeToFirstChunk } = metrics;
  const { cost, operationCost, activeStreams } = common;
  return row('Overview', [
    panel({
      title: 'Operations per second',
      description: 'Calls of models that ended, per second.',
      kind: 'stat',
      unit: '{operation}/s',
      queries: rate(duration),
    }),
    panel({
      title: 'Failed operations',
      description: 'Share of the calls of models that failed.',
      kind: 'stat',
      queries: ratio(rate(duration, { where: { 'error.type': { not: '' } } }), rate(duration)),
      thresholds: [
        { from: 0.01, level: 'warning' },
        { from: 0.05, level: 'critical' },
      ],
    }),
    panel({
      title: 'Duration, p95',
      description: '95 of 100 calls of models end within this time.',
      kind: 'stat',
      queries: quantile(0.95, duration),
    }),
    panel({
      title: 'Time to first chunk, p95',
      kind: 'stat',
      queries: quantile(0.95, timeToFirstChunk),
      roles: ['operator', 'developer'],
    }),
    panel({ title: 'Tokens per second', kind: 'stat', unit: '{token}/s', queries: allTokens(metrics) }),
    panel({ title: 'Cost per hour', kind: 'stat', unit: '{USD}/h', queries: perHour(rate(cost)) }),
    panel({
      title: 'Cost per operation',
      kind: 'stat',
      unit: '{USD}',
      queries: mean(operationCost),
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Streams in progress',
      kind: 'stat',
      queries: value(activeStreams),
      roles: ['operator', 'developer'],
    }),
  ]);
}

/** Returns input and output tokens per second. */
export function allTokens({ latest, legacy }: GenaiMetrics): Query {
  if (latest !== undefined) return plus(rate(latest.inputTokens), rate(latest.outputTokens));
  return rate((legacy as NonNullable<typeof legacy>).tokenUsage, { of: 'sum' });
}
