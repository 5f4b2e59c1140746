/** Conditions and queries that several rows and alerts use. */
import { type MetricsOf, type Query, rate, ratio } from '../../../panels/index.js';
import type { HttpDefinitions } from '../metrics.js';

/** Metrics of the pack, by their keys. */
export type HttpMetrics = MetricsOf<HttpDefinitions>;

/** A response with a status of 5xx: of a server, errors are these and connections that the client closed. */
export const serverFailed = { 'error.type': { not: ['', 'aborted'] } } as const;
/** The client closed the connection before the response was sent. */
export const aborted = { 'error.type': 'aborted' } as const;
/** A status from 400 on, or no response. */
export const clientFailed = { 'error.type': { not: '' } } as const;

/** Returns the share of incoming requests that failed with a status of 5xx. */
export function serverErrorShare({ serverDuration }: HttpMetrics, by: readonly 'http.route'[] = []): Query {
  return ratio(rate(serverDuration, { by, where: serverFailed }), rate(serverDuration, { by }));
}

/** Returns the share of outgoing requests that failed. */
export function clientErrorShare({ clientDuration }: HttpMetrics, by: readonly 'server.address'[] = []): Query {
  return ratio(rate(clientDuration, { by, where: clientFailed }), rate(clientDuration, { by }));
}
