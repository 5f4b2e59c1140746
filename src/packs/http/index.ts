/**
 * Pack `http`: durations of incoming and outgoing HTTP requests, named by OpenTelemetry's semantic conventions.
 *
 * `server.ts` measures servers of `node:http`. `express.ts` reads Express routes; `frameworks.ts` has middleware for other
 * frameworks. `client.ts` records outgoing requests, which `undici.ts` and `node-client.ts` observe.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { namespaceOption } from '../kit/namespace.js';
import { type HttpDefinitions, httpCatalogue } from './metrics.js';
import { type HttpOptions, settingsOf } from './options.js';
import { HttpRecorder } from './recorder.js';

export { fastifyRoutes, honoRoutes, koaRoutes } from './frameworks.js';
export type { HttpDefinitions } from './metrics.js';
export type { HttpOptions, OutgoingRequest } from './options.js';
export type { HttpRecorder } from './recorder.js';

/**
 * Returns the pack, for `startMetrics({ packs })`. Start metrics before the first request: requests in progress are not
 * measured.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { startMetrics } from 'otelier';
 * import { http } from 'otelier/packs/http';
 * const metrics = startMetrics({
 *   serviceName: 'shop',
 *   packs: { http: http({ ignoreIncoming: ({ url }) => url === '/health' }) },
 * });
 * createServer((request, response) => {
 *   metrics.http.route(request, '/orders/:id'); // not needed with express and fastify
 *   response.end('ordered');
 * });
 */
export function http(options: HttpOptions = {}): Pack<HttpRecorder, HttpDefinitions> {
  const settings = settingsOf(options);
  const { routes, servers, methods, hosts } = settings;
  const bounds = { routes, servers, methods, hosts: hosts.length };
  const { namespace, maxExpectedSeconds } = options;
  return {
    name: 'http',
    callsBack: false,
    options,
    catalogue: httpCatalogue(bounds, { maxExpectedSeconds, ...namespaceOption(namespace) }),
    recorder: (context) => new HttpRecorder(context, settings),
  };
}
