/** Dashboard of pack `http`: rate, errors and duration of incoming and of outgoing requests. */

import { type Dashboard, dashboard, metricsOf } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { checkedOptions } from '../kit/options.js';
import { clientRow } from './dashboard/client.js';
import { overviewRow } from './dashboard/overview.js';
import { routesRow, serverRow } from './dashboard/server.js';
import { http } from './index.js';
import type { HttpOptions } from './options.js';

/**
 * Returns the dashboard of the HTTP servers and clients of a program.
 *
 * @param options those of the pack: its namespace decides the names of the metrics.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID as `http`.
 */
export function httpDashboard(options: HttpOptions = {}): Dashboard {
  const { namespace } = checkedOptions('httpDashboard', options);
  const metrics = metricsOf(http(options).catalogue);
  return dashboard({
    ...dashboardName('http', 'HTTP', namespace),
    description: 'Rate, errors and duration of incoming requests by route, and of outgoing requests by server.',
    tags: ['http'],
    variables: [
      { attribute: 'http.route', metric: metrics.serverDuration },
      { attribute: 'http.request.method', metric: metrics.serverDuration },
    ],
    rows: [overviewRow(metrics), serverRow(metrics), routesRow(metrics), clientRow(metrics)],
  });
}
