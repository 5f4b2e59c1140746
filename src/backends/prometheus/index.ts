/**
 * Backend `prometheus`: an endpoint that Prometheus scrapes in the text format, OpenMetrics or protobuf.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BackendKind, ConfiguredBackend } from '../../delivery/contract.js';
import { systemClock } from '../../model/clock.js';
import type { OptionInput } from '../../options/option.js';
import { handleFetch, handleNode, handleUpgrade } from './handlers.js';
import { doubledPath, notStarted, prometheusKind, startEndpoint } from './kind.js';
import type { prometheusOptions } from './options.js';
import { createResponseWriter } from './response-writer.js';

export { hashPassword } from './security/passwords.js';

/** Options of the endpoint in code. */
export type PrometheusInput = OptionInput<typeof prometheusOptions>;

/**
 * Configures a scrape endpoint with its own server, for `startMetrics({ backends: [...] })`.
 *
 * `ready` of the started metrics rejects with METRICS_PORT_IN_USE when the port is taken, and with
 * METRICS_ENDPOINT_UNPROTECTED when the host is reachable from other machines and no authentication is configured. The
 * application continues in both cases.
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

/** Options that have no effect on an endpoint in the application's own server, and the reason. */
const ofOwnServer = {
  host: 'your server has the host',
  port: 'your server has the port',
  allowUnprotected: 'your server decides who reaches it',
  tlsCertificateFile: 'your server has the certificate',
  tlsKeyFile: 'your server has the key',
  tlsClientCaFile: 'your server checks client certificates',
  tlsMinVersion: 'your server has the TLS version',
} as const;

/** Options of a mounted endpoint in code. */
export type MountedPrometheusInput = Omit<PrometheusInput, keyof typeof ofOwnServer>;

/** Warns about options in code that have no effect. Options that are no object are an error of the start. */
function withoutEffect(options: unknown): string[] {
  const given = Object(options) as Readonly<Record<string, unknown>>;
  return Object.entries(ofOwnServer)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, reason]) => `mountedPrometheus.${name}: ${reason}; use prometheus() for its own`);
}

/** A scrape endpoint that an application mounts in its own server. */
export interface MountedPrometheus extends ConfiguredBackend<typeof prometheusOptions> {
  /** Request listener of `node:http`, also for express, koa and fastify's raw objects. Responds 503 before metrics start. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Fetch handler, for hono and other fetch-based frameworks. Responds 503 before metrics start. */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Listener of the event `upgrade` of `node:http`, for the WebSocket of the live page. It answers every request: an
   * application with other WebSockets calls it for the paths of this endpoint only.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
}

/**
 * Configures a scrape endpoint for an application's own server, for `startMetrics({ backends: [...] })`.
 *
 * The options `users`, `bearerTokens` and `check` restrict access, unless the application does. Options of a server
 * (`host`, `port`, TLS) do not exist here. `basePath` is the part of the request path before `/metrics`. The live page is off unless the
 * option `page` is true.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { startMetrics } from 'otelier';
 * import { mountedPrometheus } from 'otelier/backends/prometheus';
 * const endpoint = mountedPrometheus();
 * startMetrics({ backends: [endpoint] });
 * createServer(endpoint.handler).listen(0, 'localhost');
 */
export function mountedPrometheus(options: MountedPrometheusInput = {}): MountedPrometheus {
  let endpoint = notStarted;
  const writer = createResponseWriter(systemClock);
  const kind: BackendKind<typeof prometheusOptions> = {
    ...prometheusKind,
    // A server of the application may be public.
    derive: ({ basePath }) => ({
      values: { page: false },
      from: 'mountedPrometheus',
      warnings: [...doubledPath(basePath), ...withoutEffect(options)],
    }),
    start(values, context) {
      const started = startEndpoint(values, context, false);
      endpoint = started.endpoint;
      return started.backend;
    },
  };
  return {
    kind,
    input: options,
    handler: (request, response) => handleNode((each) => endpoint.handle(each), writer, request, response),
    fetch: (request) => handleFetch((each) => endpoint.handle(each), writer, request),
    upgrade: (message, socket, head) =>
      handleUpgrade((each, connection) => endpoint.upgrade(each, connection), writer, { message, socket, head }),
  };
}
