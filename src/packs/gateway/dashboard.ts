/** Dashboard of pack `gateway`. Each file of `dashboard/` is one row or two. */

import { type Dashboard, dashboard, metricsOf } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { checkedOptions } from '../kit/options.js';
import { auditRow } from './dashboard/audit.js';
import { cacheRow, usageRow } from './dashboard/cost.js';
import { latencyRow } from './dashboard/latency.js';
import { overviewRow } from './dashboard/overview.js';
import { providersRow, requestsRow } from './dashboard/requests.js';
import { gateway } from './index.js';
import type { GatewayOptions } from './options.js';

/**
 * Returns the dashboard of a gateway.
 *
 * @param options those of the pack: its namespace decides the names of the metrics.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID as `gateway`.
 */
export function gatewayDashboard(options: GatewayOptions = {}): Dashboard {
  const { namespace } = checkedOptions('gatewayDashboard', options);
  const metrics = metricsOf(gateway(options).catalogue);
  return dashboard({
    ...dashboardName('gateway', 'LLM gateway', namespace),
    description: 'Requests to providers of language models: errors, latency, tokens, cost, cache and detailed events.',
    tags: ['gateway'],
    variables: [
      { attribute: 'provider', metric: metrics.requests },
      { attribute: 'model', metric: metrics.auditedRequests },
      { attribute: 'application', metric: metrics.auditedRequests },
    ],
    rows: [
      overviewRow(metrics),
      requestsRow(metrics),
      latencyRow(metrics),
      providersRow(metrics),
      usageRow(metrics),
      cacheRow(metrics),
      auditRow(metrics),
    ],
  });
}
