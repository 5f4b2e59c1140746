/**
 * Pack `http`: durations of HTTP requests, to the servers of this process and from it to others, as the semantic
 * conventions of OpenTelemetry name them.
 *
 * `server.ts` measures what `node:http` serves, `express.ts` reads routes, `frameworks.ts` has the line that other
 * frameworks need; `client.ts` records what `undici.ts` and `node-client.ts` hear of.
 *
 * @module
 */
import type { Pack } from '../../catalogue/pack.js';
import { type HttpDefinitions, httpCatalogue } from './metrics.js';
import { type HttpOptions, settingsOf } from './options.js';
import { HttpRecorder } from './recorder.js';

export { fastifyRoutes, honoRoutes, koaRoutes } from './frameworks.js';
export type { HttpDefinitions } from './metrics.js';
export type { HttpOptions, OutgoingRequest } from './options.js';
export type { HttpRecorder } from './recorder.js';

/**
 * The pack, for `startMetrics({ packs })`. Start it first: what began before is not measured.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong.
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
 *   metrics.http.route(request, '/orders/:id'); // express and fastify need no such line
 *   response.end('ordered');
 * });
 */
export function http(options: HttpOptions = {}): Pack<HttpRecorder, HttpDefinitions> {
  const settings = settingsOf(options);
  const { routes, servers, methods, hosts } = settings;
  const bounds = { routes, servers, methods, hosts: hosts.length };
  const { namespace } = options;
  return {
    name: 'http',
    catalogue: httpCatalogue(bounds, namespace === undefined ? {} : { namespace }),
    recorder: (context) => new HttpRecorder(context, settings),
  };
}
