/** Row of costs. */
import { divide, panel, quantile, type Role, type Row, rate, ratio, row, topk } from '../../../panels/index.js';
import { perHour } from '../../kit/dashboard-queries.js';
import { costedOperations, type GenaiMetrics } from './metrics.js';

const roles: readonly Role[] = ['developer', 'business'];

/** Returns the row. */
export function costRow({ common }: GenaiMetrics): Row {
  const { cost, operationCost, costUnknown } = common;
  return row('Cost', [
    panel({
      title: 'Cost per hour by model',
      unit: '{USD}/h',
      queries: {
        query: topk(10, perHour(rate(cost, { by: ['gen_ai.request.model'] }))),
        legend: '{gen_ai.request.model}',
      },
      stacked: true,
      roles,
    }),
    panel({
      title: 'Cost per hour by provider',
      unit: '{USD}/h',
      queries: { query: perHour(rate(cost, { by: ['gen_ai.provider.name'] })), legend: '{gen_ai.provider.name}' },
      stacked: true,
      roles: ['business'],
    }),
    panel({
      title: 'Cost of an operation by model, p95',
      queries: {
        query: quantile(0.95, operationCost, { by: ['gen_ai.request.model'] }),
        legend: '{gen_ai.request.model}',
      },
      roles,
    }),
    panel({
      title: 'Operations of unknown cost',
      description: 'Share of operations whose cost is unknown, also by reason; share of the cost that is estimated.',
      unit: '1',
      queries: [
        { query: ratio(rate(costUnknown), costedOperations(common)), legend: 'unknown' },
        { query: divide(rate(costUnknown, { by: ['reason'] }), costedOperations(common)), legend: 'unknown: {reason}' },
        { query: ratio(rate(cost, { where: { estimated: true } }), rate(cost)), legend: 'estimated part of the cost' },
      ],
      min: 0,
      roles,
    }),
  ]);
}
