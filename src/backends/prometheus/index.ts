/**
 * Backend `prometheus`: an endpoint that Prometheus scrapes, in the text format, OpenMetrics and protobuf.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendKind, ConfiguredBackend } from '../../delivery/contract.js';
import { systemClock } from '../../model/clock.js';
import type { OptionInput } from '../../options/option.js';
import { answerFetch, answerNode } from './handlers.js';
import { prometheusKind, startEndpoint, unavailable } from './kind.js';
import type { prometheusOptions } from './options.js';
import { createSender } from './sending.js';

export { hashPassword } from './security/passwords.js';

/** Options of the endpoint in code. */
export type PrometheusInput = OptionInput<typeof prometheusOptions>;

/**
 * A scrape endpoint with options set in code, for `startMetrics({ backends: [...] })`.
 *
 * `ready` of the started metrics rejects with METRICS_PORT_IN_USE when the port is taken, and with
 * METRICS_ENDPOINT_UNPROTECTED when others can reach the host and nobody has to authenticate; the application goes on.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { prometheus } from 'otelier/backends/prometheus';
 * const metrics = startMetrics({ backends: [prometheus({ port: 0 })] });
 * await metrics.ready;
 * console.log(metrics.status().backends[0]?.url);
 */
export function prometheus(options: PrometheusInput = {}): ConfiguredBackend<typeof prometheusOptions> {
  return { kind: prometheusKind, input: options };
}

/** A scrape endpoint without a server of its own. */
export interface MountedPrometheus extends ConfiguredBackend<typeof prometheusOptions> {
  /** A listener of Node's `http`: for express and koa, and fastify's raw objects. Answers 503 before metrics run. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** From a `Request` to a `Response`: for hono, and wherever else fetch's objects are used. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/**
 * A scrape endpoint within an application's own server, for `startMetrics({ backends: [...] })`.
 *
 * Who may read it is for users, tokens and `check` of the options to say, or for the application. `host`, `port` and TLS
 * are the application's. Paths are those of the request: `basePath` is what comes before `/metrics`.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { startMetrics } from 'otelier';
 * import { mountedPrometheus } from 'otelier/backends/prometheus';
 * const endpoint = mountedPrometheus();
 * startMetrics({ backends: [endpoint] });
 * createServer(endpoint.handler).listen(0, 'localhost');
 */
export function mountedPrometheus(options: PrometheusInput = {}): MountedPrometheus {
  let answer = unavailable;
  const sender = createSender(systemClock);
  const kind: BackendKind<typeof prometheusOptions> = {
    ...prometheusKind,
    start(values, context) {
      const started = startEndpoint(values, context, false);
      answer = started.answer;
      return started.backend;
    },
  };
  return {
    kind,
    input: options,
    handler: (request, response) => answerNode((asked) => answer(asked), sender, request, response),
    fetch: (request) => answerFetch((asked) => answer(asked), sender, request),
  };
}
