/** Queries that several rows and alerts use. */
import { type MetricsOf, type Query, rate, ratio } from '../../../panels/index.js';
import type { GatewayDefinitions } from '../metrics.js';

/** Metrics of the pack, by their keys. */
export type GatewayMetrics = MetricsOf<GatewayDefinitions>;

/** Returns the share of requests that failed. */
export function errorShare({ failures, requests }: GatewayMetrics, by: readonly 'provider'[] = []): Query {
  return ratio(rate(failures, { by }), rate(requests, { by }));
}

/** Outcomes of detailed events that are lost. Events that sampling leaves out are estimated from the others. */
export const lostOutcomes = ['overflowed', 'switched_off', 'rejected'] as const;
