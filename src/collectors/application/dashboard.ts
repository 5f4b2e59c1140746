/** Dashboard of pack `application`. `dashboard/` has the rows. */
import { type Dashboard, dashboard } from '../../panels/index.js';
import { clientRow, poolRow } from './dashboard/connections.js';
import { bufferRow, cacheRow, queueRow, sourceRow } from './dashboard/stores.js';
import { applicationMetricsForQueries } from './dashboard-queries.js';

/** Returns the dashboard of connection pools, caches, buffers and queues. */
export function applicationDashboard(): Dashboard {
  const metrics = applicationMetricsForQueries();
  return dashboard({
    uid: 'otelier-application',
    title: 'Pools, caches, buffers and queues',
    description: 'Connection pools, caches, buffers and queues of applications.',
    tags: ['application'],
    rows: [
      poolRow(metrics),
      clientRow(metrics),
      cacheRow(metrics),
      bufferRow(metrics),
      queueRow(metrics),
      sourceRow(metrics),
    ],
  });
}
