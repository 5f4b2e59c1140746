/** The backend kind `prometheus`: options and reader. The server and the encoders are loaded at startup. */
import { openAccount } from '../../delivery/account.js';
import type { Backend, BackendContext, BackendKind } from '../../delivery/contract.js';
import { livePaths } from '../../delivery/live-paths.js';
import { reasonOf } from '../../delivery/reason.js';
import { workerKind } from '../../delivery/worker-kind.js';
import { cut, isPackageMissing, packageReason, relocated } from '../../errors.js';
import type { OptionValues } from '../../options/option.js';
import type { Endpoint, EndpointHandler } from './endpoint.js';
import { prometheusOptions } from './options.js';
import { collectionTimeoutOf, ScrapeReader } from './reader.js';
import type { ScrapeServer } from './scrape-server.js';

/** The kind that the table of backends lists. */
export const prometheusKind: BackendKind<typeof prometheusOptions> = {
  name: 'prometheus',
  aliases: ['prom', 'promclient', 'openmetrics'],
  options: prometheusOptions,
  pull: true,
  derive: ({ basePath }, { NODE_ENV: mode }) => ({
    values: mode === 'production' ? { page: false } : {},
    from: 'NODE_ENV=production',
    warnings: doubledPath(basePath),
  }),
  start: (options, context) => startEndpoint(options, context, true).backend,
};

/** Warns about a base path that ends in /metrics, which is appended. */
export function doubledPath(basePath: string): string[] {
  if (!/(?:^|\/)metrics$/.test(basePath)) return [];
  return [
    `prometheus.basePath: metrics are at ${cut(basePath, 60)}/metrics: /metrics is appended; remove /metrics from the base path`,
  ];
}

/**
 * Starts an endpoint.
 *
 * @param ownServer true to listen on host and port; false when an application mounts the handler in its own server.
 */
export function startEndpoint(
  options: OptionValues<typeof prometheusOptions>,
  context: BackendContext,
  ownServer: boolean,
): { backend: Backend; endpoint: Endpoint } {
  const { clock } = context;
  if (!ownServer) warnOfSharedServer(context);
  let server: ScrapeServer | undefined;
  const live = options.page ? context.live?.({ maxClients: options.maxLiveClients }) : undefined;
  const at = (path: string) => {
    const origin = server?.origin();
    return origin === undefined ? undefined : `${origin}${options.basePath}${path}`;
  };
  const url = () => at('/metrics');
  const account = openAccount({ ...context, where: url, pull: true });
  const reader = new ScrapeReader(clock, account, collectionTimeoutOf(context), !options.stock, async () => {
    await opening.catch(() => undefined);
    await live?.close();
    await server?.close();
  });
  const opening = import('./open.js')
    .then(({ openEndpoint }) => openEndpoint(options, context, reader, ownServer, live))
    .then((opened) => {
      server = opened.server;
      return opened;
    });
  // A failure to open rejects `ready` only: the application and other backends continue.
  const ready = opening
    .then((opened) => opened.server?.listening)
    .catch((cause: Error) => {
      const error = relocated(cause, 'prometheus', context.sourceOf);
      const missing = isPackageMissing(error);
      account.unusable(missing ? packageReason(error) : reasonOf(error));
      // Only what the application chose itself is an error of the application.
      if (!missing || context.chosenBy === 'code') throw error;
      context.warn(packageReason(error, `; ${context.name} is disabled`));
    });
  const status = () => {
    const pageUrl = live === undefined ? undefined : at(livePaths.page);
    return pageUrl === undefined ? account.status() : { ...account.status(), pageUrl };
  };
  return {
    backend: { name: context.name, reader, ready, status },
    endpoint: {
      handle: (request) =>
        opening.then(
          (opened) => opened.endpoint.handle(request),
          () => notOpened.handle(request),
        ),
      upgrade: (request, connection) =>
        opening.then(
          (opened) => opened.endpoint.upgrade(request, connection),
          () => notOpened.upgrade(request, connection),
        ),
    },
  };
}

/** Warns in a cluster worker that an endpoint in the server of the application shares its port with the other workers. */
function warnOfSharedServer({ warn }: BackendContext): void {
  if (workerKind() !== 'cluster worker') return;
  warn(
    'prometheus: mounted in the server of a cluster worker: a scrape returns the values of any one worker; use ' +
      'prometheus({ port: 9464 + cluster.worker.id }) or otlp',
  );
}

/** Returns an endpoint that responds 503 with a line that says why. */
function unavailable(line: string): Endpoint {
  const body = Buffer.from(`${line}\n`);
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(body.length),
    'retry-after': '1',
  };
  const handle: EndpointHandler = async ({ method }) => ({
    status: 503,
    headers,
    body: method === 'HEAD' ? [] : [body],
  });
  return { handle, upgrade: handle };
}

/** Responds before metrics have started. */
export const notStarted = unavailable(
  'Metrics have not started: call startMetrics({ backends: [endpoint] }). OTEL_METRICS_EXPORTER=none and OTEL_SDK_DISABLED=true disable them.',
);
/** Responds when the endpoint could not be opened. */
const notOpened = unavailable('The metrics endpoint could not be opened: the log of the application names the reason.');
