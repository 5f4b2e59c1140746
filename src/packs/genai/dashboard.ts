/** Dashboard of pack `genai`. Each file of `dashboard/` is a row or several. */

import { type Dashboard, dashboard } from '../../panels/index.js';
import { dashboardName } from '../kit/namespace.js';
import { checkedOptions } from '../kit/options.js';
import { agentsRow, toolsRow } from './dashboard/agents.js';
import { costRow } from './dashboard/cost.js';
import { latencyRow, streamsRow } from './dashboard/latency.js';
import { genaiMetrics } from './dashboard/metrics.js';
import { operationsRow } from './dashboard/operations.js';
import { overviewRow } from './dashboard/overview.js';
import { serverRow } from './dashboard/server.js';
import { tokensRow } from './dashboard/tokens.js';
import type { GenaiOptions } from './options.js';

/**
 * Returns the dashboard of calls of generative AI.
 *
 * @param options those of the pack: its namespace and conventions decide the names of the metrics.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID as `genai`.
 */
export function genaiDashboard(options: GenaiOptions = {}): Dashboard {
  const { namespace } = checkedOptions('genaiDashboard', options);
  const metrics = genaiMetrics(options);
  return dashboard({
    ...dashboardName('genai', 'Generative AI', namespace),
    description:
      'Calls of models: errors, latency, streams, tokens and cost; agents, tools, and models that are served.',
    tags: ['genai'],
    variables: [
      { attribute: 'gen_ai.provider.name', metric: metrics.duration },
      { attribute: 'gen_ai.request.model', metric: metrics.duration },
      { attribute: 'gen_ai.operation.name', metric: metrics.duration },
    ],
    rows: [
      overviewRow(metrics),
      operationsRow(metrics),
      latencyRow(metrics),
      streamsRow(metrics),
      tokensRow(metrics),
      costRow(metrics),
      agentsRow(metrics),
      toolsRow(metrics),
      serverRow(metrics),
    ],
  });
}
