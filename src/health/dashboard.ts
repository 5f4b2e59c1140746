/** Dashboard of the SDK itself. `dashboard/` has the rows of backends and of measurements. */
import {
  type Dashboard,
  dashboard,
  increase,
  or,
  panel,
  type Query,
  type Row,
  rate,
  row,
  times,
} from '../panels/index.js';
import { backendRow, deliveryRow } from './dashboard/delivery.js';
import { cardinalityRow, collectionRow, rejectionRow, sourceRow } from './dashboard/measurements.js';
import { backend, failed, type SelfQueries, selfMetrics, sourceMetrics } from './dashboard-queries.js';

/** Returns the dashboard of the SDK's own health: what was delivered, rejected and lost, and the series in use. */
export function healthDashboard(): Dashboard {
  const metrics = selfMetrics();
  return dashboard({
    uid: 'otelier-health',
    title: 'Metrics SDK',
    description:
      'Health of the measuring itself: deliveries, losses, rejected measurements, collections and cardinality.',
    tags: ['health'],
    variables: [{ attribute: backend, metric: metrics.exported }],
    rows: [
      overviewRow(metrics),
      deliveryRow(metrics),
      backendRow(metrics),
      rejectionRow(metrics),
      cardinalityRow(metrics),
      collectionRow(metrics),
      sourceRow(sourceMetrics()),
    ],
  });
}

/** Window of the totals: the live page keeps no more. */
const recent = '15m';

const lost = [{ from: 1, level: 'critical' }] as const;

/** Recent failures; 0 without failures. */
function failuresOf(metric: SelfQueries['exported'] | SelfQueries['delivery']): Query {
  const all = increase(metric, { over: recent });
  return or(increase(metric, { where: failed, over: recent }), times(all, 0));
}

function overviewRow({ heartbeat, exported, delivery, rejected }: SelfQueries): Row {
  return row('Overview', [
    panel({
      title: 'Processes',
      kind: 'stat',
      unit: '{process}',
      decimals: 0,
      description: 'Sum of the rates of all heartbeats: each process that runs adds 1.',
      queries: rate(heartbeat),
    }),
    panel({ title: 'Delivered', kind: 'stat', queries: rate(exported, { where: { 'error.type': '' } }) }),
    panel({
      title: 'Lost, last 15 min',
      kind: 'stat',
      thresholds: lost,
      queries: failuresOf(exported),
    }),
    panel({
      title: 'Failed deliveries, last 15 min',
      kind: 'stat',
      thresholds: lost,
      unit: '{delivery}',
      queries: failuresOf(delivery),
    }),
    panel({
      title: 'Rejected, last 15 min',
      kind: 'stat',
      thresholds: [{ from: 1, level: 'warning' }],
      queries: increase(rejected, { over: recent }),
    }),
    panel({
      title: 'Beyond the limit of series, last 15 min',
      kind: 'stat',
      thresholds: lost,
      queries: increase(rejected, { where: { reason: 'series_overflow' }, over: recent }),
    }),
  ]);
}
