/** Opens an endpoint: connects encoders, access control, routes and the server. Loaded when an endpoint starts. */
import type { BackendContext } from '../../delivery/contract.js';
import { settingOf } from '../../delivery/remedy.js';
import type { Routes } from '../../delivery/routes.js';
import type { OptionValues } from '../../options/option.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import { createExposition } from './exposition.js';
import { negotiate } from './negotiation.js';
import { prometheusOptions } from './options.js';
import { collectionTimeoutOf, type ScrapeReader } from './reader.js';
import { createResponseWriter } from './response-writer.js';
import { type ScrapeServer, startScrapeServer } from './scrape-server.js';
import { type EndpointSecurity, secureEndpoint } from './security/endpoint-security.js';
import { type Serializer, StockExposition, stockSerializer } from './stock.js';

type Options = OptionValues<typeof prometheusOptions>;

/** An endpoint that serves requests. */
export interface OpenEndpoint {
  readonly endpoint: Endpoint;
  /** `undefined` when the endpoint is mounted in an application's server. */
  readonly server: ScrapeServer | undefined;
}

/**
 * Opens an endpoint that scrapes through `reader`.
 *
 * @param live routes of the live view; `undefined` if they are off.
 * @param ownServer true to listen on host and port; false when an application mounts the handler in its own server.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID or METRICS_ENDPOINT_UNPROTECTED.
 */
export async function openEndpoint(
  options: Options,
  context: BackendContext,
  reader: ScrapeReader,
  ownServer: boolean,
  live: Routes | undefined,
): Promise<OpenEndpoint> {
  const { clock, warn } = context;
  const { stock, withoutTargetInfo, withoutScopeLabels } = options;
  const serializer = stock ? await stockSerializer(withoutTargetInfo, withoutScopeLabels) : undefined;
  const nameOf = (option: keyof Options & string) => optionName(context, option);
  const security = secureEndpoint(options, { host: ownServer ? options.host : undefined, clock, warn, nameOf });
  const endpoint = endpointOf(options, security, context, reader, live, serializer);
  if (!ownServer) return { endpoint, server: undefined };
  const writer = createResponseWriter(clock);
  return { endpoint, server: startScrapeServer(options.host, options.port, security, endpoint, writer) };
}

/** Returns the name of an option in messages. An option that is not set has the name of its variable, unless code or a file chose the backend. */
function optionName(context: BackendContext, option: keyof Options & string): string {
  const isFile = Object.keys(prometheusOptions).some((each) => context.sourceOf?.(each).includes(':'));
  const [variable] = isFile ? [] : prometheusOptions[option].environment;
  return typeof variable === 'string'
    ? settingOf(context, option, variable)
    : (context.sourceOf?.(option) ?? `prometheus.${option}`);
}

function endpointOf(
  options: Options,
  { access, headers, admitsHost, admitsRate }: EndpointSecurity,
  context: BackendContext,
  reader: ScrapeReader,
  live: Routes | undefined,
  serializer: Serializer | undefined,
): Endpoint {
  return createEndpoint({
    name: context.name,
    clock: context.clock,
    access,
    headers,
    admitsHost,
    admitsRate,
    timeoutMs: collectionTimeoutOf(context),
    maxInFlight: options.maxInFlight,
    basePath: options.basePath,
    dashboardUrl: options.dashboardUrl,
    live,
    isActive: () => reader.isActive,
    statuses: context.statuses,
    negotiate: serializer === undefined ? (accept) => negotiate(accept, options.openMetrics2) : () => negotiate(),
    scrape: (format, timeoutMs) =>
      reader.scrape(`${format.format} ${format.escaping}`, timeoutMs, () =>
        serializer === undefined ? createExposition(format, options, context.warn) : new StockExposition(serializer),
      ),
  });
}
