/**
 * Backend `prometheus`: an endpoint that Prometheus scrapes, in the text format, OpenMetrics and protobuf.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Backend, BackendContext, BackendKind, ConfiguredBackend } from '../../model/backend.js';
import { systemClock } from '../../model/clock.js';
import { longestTimer, type OptionInput, type OptionValues } from '../../model/options.js';
import { keepDeliveries, reasonOf } from '../deliveries.js';
import { createEndpoint } from './endpoint.js';
import { openMetricsText, prometheusText } from './exposition/dialects.js';
import type { Exposition } from './exposition/exposition.js';
import { namesOf } from './exposition/names.js';
import { ProtobufExposition } from './exposition/protobuf.js';
import { StockExposition, stockSerializer } from './exposition/stock.js';
import { TextExposition } from './exposition/text.js';
import { type Answer, answerFetch, answerNode } from './handlers.js';
import { type Negotiated, negotiate } from './negotiation.js';
import { prometheusOptions } from './options.js';
import { ScrapeReader } from './reader.js';
import { type Protection, protectEndpoint } from './security/protection.js';
import { createSender } from './sending.js';
import { type ScrapeServer, serveScrapes } from './server.js';

export { hashPassword } from './security/passwords.js';

type Options = OptionValues<typeof prometheusOptions>;

/** The kind, as the table of backends lists it. */
export const prometheusKind: BackendKind<typeof prometheusOptions> = {
  name: 'prometheus',
  options: prometheusOptions,
  start: (options, context) => startEndpoint(options, context, true).backend,
};

/** Starts an endpoint, with a server of its own unless an application has one. */
function startEndpoint(
  options: Options,
  context: BackendContext,
  ownServer: boolean,
): { backend: Backend; answer: Answer } {
  const { clock, warn } = context;
  let server: ScrapeServer | undefined;
  const url = () => {
    const origin = server?.origin();
    return origin === undefined ? undefined : `${origin}${options.basePath}/metrics`;
  };
  const deliveries = keepDeliveries({ name: 'prometheus', clock, where: url, warn });
  const reader = new ScrapeReader(clock, deliveries, longestOf(context), async () => server?.close());

  /** What stands in the way is told by `ready`: the application and other backends go on. */
  function open(): { ready: Promise<void>; answer: Answer } {
    const protection = protectEndpoint(options, { host: ownServer ? options.host : undefined, clock, warn });
    const answer = answerOf(options, protection, context, reader);
    if (!ownServer) return { ready: Promise.resolve(), answer };
    server = serveScrapes(options.host, options.port, protection, answer, createSender(clock));
    return { ready: server.listening, answer };
  }

  let opened: { ready: Promise<void>; answer: Answer };
  try {
    opened = open();
  } catch (error) {
    opened = { ready: Promise.reject(error), answer: unavailable };
  }
  const ready = opened.ready.catch((error: Error) => {
    deliveries.impossible(reasonOf(error));
    throw error;
  });
  return { backend: { name: 'prometheus', reader, ready, status: deliveries.status }, answer: opened.answer };
}

function answerOf(
  options: Options,
  { access, headers, admitsRate }: Protection,
  context: BackendContext,
  reader: ScrapeReader,
): Answer {
  const { stock, withoutTargetInfo, withoutScopeLabels } = options;
  const serializer = stock ? stockSerializer(withoutTargetInfo, withoutScopeLabels) : undefined;
  return createEndpoint({
    clock: context.clock,
    access,
    headers,
    admitsRate,
    timeoutMs: longestOf(context),
    maxInFlight: options.maxInFlight,
    basePath: options.basePath,
    dashboardUrl: options.dashboardUrl,
    running: () => reader.running,
    statuses: context.statuses,
    negotiate: serializer === undefined ? negotiate : () => negotiate(undefined),
    scrape: (wanted, timeoutMs) =>
      reader.scrape(`${wanted.format} ${wanted.escaping}`, timeoutMs, () =>
        serializer === undefined ? expositionOf(wanted, options, context) : new StockExposition(serializer),
      ),
  });
}

/** Milliseconds of the longest scrape; in code, too, 0 is no limit. */
function longestOf({ exportTimeoutMs }: BackendContext): number {
  return exportTimeoutMs || longestTimer;
}

function expositionOf({ format, escaping }: Negotiated, options: Options, { warn }: BackendContext): Exposition {
  const { translationStrategy, withoutScopeLabels, withoutTargetInfo, resourceLabels, createdSamples } = options;
  const shown = {
    names: namesOf(translationStrategy, escaping),
    scopeLabels: !withoutScopeLabels,
    targetInfo: !withoutTargetInfo,
    resourceLabels,
    createdSamples,
    warn,
  };
  if (format === 'protobuf') return new ProtobufExposition(shown);
  return new TextExposition(format === 'text' ? prometheusText : openMetricsText, shown);
}

/** Before metrics run, and where the endpoint could not be opened. */
const unavailable: Answer = async () => ({
  status: 503,
  headers: { 'retry-after': '1', 'content-length': '0' },
  body: [],
});

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
  const send = createSender(systemClock);
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
    handler: (request, response) => answerNode((asked) => answer(asked), send, request, response),
    fetch: (request) => answerFetch((asked) => answer(asked), request),
  };
}
