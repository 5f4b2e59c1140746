/** The HTTP routes of the endpoint, independent of the server that carries them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BackendStatus } from '../../delivery/contract.js';
import { livePaths } from '../../delivery/live-paths.js';
import type { RouteRequest, RouteResponse, Routes } from '../../delivery/routes.js';
import type { Clock } from '../../model/clock.js';
import { availableEncodings, encodeBody } from './content-encoding.js';
import { type NegotiatedFormat, negotiateEncoding, prefersJson } from './negotiation.js';
import { type Scraped, scrapeTimedOut } from './reader.js';
import type { AccessControl, AccessRequest } from './security/access-control.js';

/** A request. `url` holds path and query unchanged; no part of it is ever echoed. */
export interface EndpointRequest extends AccessRequest {
  readonly method: string;
  readonly url: string;
}

/** A response. The body may have several parts; `content-length` holds their total size. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: readonly Uint8Array[];
  /** Sends a body without an end, in place of `body`. */
  readonly stream?: RouteResponse['stream'];
  /** Releases the memory of the body; may be called when all of the body was sent. */
  readonly release?: () => void;
}

/** Produces the response to a request. */
export type EndpointHandler = (request: EndpointRequest) => Promise<EndpointResponse>;

/** Connection whose client asks for another protocol. */
export interface UpgradingConnection {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that arrived after the request. */
  readonly head: Buffer;
}

/** Answers requests. Its promises never reject. */
export interface Endpoint {
  readonly handle: EndpointHandler;
  /** Hands the connection over to the stream of live metrics, or returns the response to the request. */
  upgrade(request: EndpointRequest, connection: UpgradingConnection): Promise<EndpointResponse | undefined>;
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Dependencies and settings of an endpoint. */
export interface EndpointOptions {
  /** Name of the backend in `statuses`. */
  readonly name: string;
  readonly clock: Clock;
  /** `undefined` when no authentication is required. */
  readonly access: AccessControl | undefined;
  /** Reports whether the host that a request names is allowed. */
  readonly admitsHost: (request: EndpointRequest) => boolean;
  /** Counts a request; returns `false` when it exceeds the rate limit. */
  readonly admitsRate: () => boolean;
  /** Milliseconds that one scrape may take; a scraper can ask for less, not for more. */
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  /** Prefix of all paths. */
  readonly basePath: string;
  readonly dashboardUrl: string | undefined;
  /** Routes of the live view; `undefined` if they are off. */
  readonly live: Routes | undefined;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Returns the format for an `Accept` header. */
  negotiate(accept: string | undefined): NegotiatedFormat;
  scrape(format: NegotiatedFormat, timeoutMs: number): Promise<Scraped>;
  /** True while metrics can be collected. */
  isActive(): boolean;
  /** Returns the status of every backend of these metrics. */
  statuses(): readonly BackendStatus[];
}

/** Creates the endpoint. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const encodings = availableEncodings();
  let inFlight = 0;

  async function metrics(request: EndpointRequest, query: URLSearchParams): Promise<EndpointResponse> {
    const format = options.negotiate(headerOf(request, 'accept'));
    if (inFlight >= options.maxInFlight) {
      return textResponse(503, 'Too many concurrent scrapes.\n', { 'retry-after': '1' });
    }
    inFlight++;
    try {
      const timeoutMs = timeoutOf(request, options.timeoutMs);
      const { body, release } = await options.scrape(format, timeoutMs);
      const names = query.getAll('name[]');
      const parts = names.length === 0 ? body.all : body.named(new Set(names));
      const encoding = negotiateEncoding(headerOf(request, 'accept-encoding'), encodings);
      const encoded = await encodeBody(parts, encoding);
      const headers = { 'content-type': format.contentType, vary: 'Accept, Accept-Encoding' };
      if (encoding === 'identity') return { ...responseOf(200, encoded, headers), release };
      release();
      return responseOf(200, encoded, { ...headers, 'content-encoding': encoding });
    } catch (error) {
      const failure = options.isActive() ? 'Collection failed.\n' : 'Metrics were shut down.\n';
      const message = error === scrapeTimedOut ? 'Collection timed out.\n' : failure;
      return textResponse(503, message, { 'retry-after': '1' });
    } finally {
      inFlight--;
    }
  }

  function ready(): EndpointResponse {
    const backends = options.statuses();
    const own = backends.find(({ name }) => name === options.name);
    const isReady = options.isActive() && own?.state !== 'failing';
    // URLs and failure reasons are for the log only: a client of this endpoint need not know other servers.
    const shown = backends.map(({ url: _url, pageUrl: _pageUrl, reason: _reason, lastSuccessUnixMs, ...status }) => ({
      ...status,
      lastSuccess: lastSuccessUnixMs === undefined ? null : new Date(lastSuccessUnixMs).toISOString(),
    }));
    return jsonResponse(isReady ? 200 : 503, { ready: isReady, backends: shown });
  }

  async function live(routed: RouteRequest, connection: UpgradingConnection | undefined) {
    if (options.live === undefined) return textResponse(404, `${notFound(options.basePath)} ${liveIsOff}`);
    const routes = options.live;
    const response = await (connection === undefined
      ? routes.respond(routed)
      : routes.upgrade({ ...routed, ...connection }));
    if (response === undefined) return undefined;
    const { status, headers, body, stream } = response;
    const { 'content-length': length, ...rest } = responseOf(status, body, headers).headers;
    const isEmpty = stream !== undefined || status === 304;
    return { status, body, stream, headers: isEmpty ? rest : { ...rest, 'content-length': length as string } };
  }

  /** @returns `undefined` if the connection was handed over. */
  async function route(
    request: EndpointRequest,
    connection?: UpgradingConnection,
  ): Promise<EndpointResponse | undefined> {
    // Node requires Host of all HTTP/1.1 requests except those that ask for another protocol.
    if (connection?.message.httpVersion === '1.1' && request.headers.host === undefined) {
      return textResponse(400, 'Bad request: the header Host is missing.\n');
    }
    if (!options.admitsHost(request)) return textResponse(403, hostRefused);
    const [path, query] = splitUrl(request.url, options.basePath);
    const isLive = pathsOfLive.has(path);
    const known =
      isLive ||
      path === '/metrics' ||
      path === '/ready' ||
      path === '/health' ||
      (path === '/dashboard' && options.dashboardUrl !== undefined);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return textResponse(405, 'Method not allowed: use GET or HEAD.\n', { allow: 'GET, HEAD' });
    }
    // Liveness probes have no credentials, and liveness is no secret.
    if (path === '/health') return health(request);
    if (!options.admitsRate()) return textResponse(429, 'Too many requests.\n', { 'retry-after': '1' });
    const denied = await denialOf(options.access, request);
    if (denied !== undefined) return denied;
    // Relative URLs of the page start at the slash.
    if (path === '' && isBare(request.url, options.basePath) && options.live !== undefined) {
      return textResponse(308, '', { location: `${options.basePath}/` });
    }
    if (!known) return textResponse(404, `${notFound(options.basePath)}\n`);
    if (isLive) return live({ path, query: new URLSearchParams(query), headers: request.headers }, connection);
    if (path === '/ready') return ready();
    if (path === '/dashboard') return dashboard(request, options.dashboardUrl ?? '');
    return metrics(request, new URLSearchParams(query));
  }

  async function upgrade(request: EndpointRequest, connection?: UpgradingConnection) {
    const response = await route(request, connection).catch(() => textResponse(500, 'Internal error.\n'));
    if (response === undefined) return undefined;
    const headers = { ...options.headers, ...response.headers };
    return request.method === 'HEAD' ? { ...response, headers, body: [], stream: undefined } : { ...response, headers };
  }

  // Only a connection can be handed over.
  return { handle: async (request) => (await upgrade(request)) ?? textResponse(500, 'Internal error.\n'), upgrade };
}

const pathsOfLive: ReadonlySet<string> = new Set(Object.values(livePaths));

/** Response of the live view while it is off. */
const liveIsOff = 'The live page is off: OTELIER_PROMETHEUS_PAGE=true (option page) enables it.\n';

/** Returns the response to a path that does not exist. */
function notFound(basePath: string): string {
  return `Not found: metrics are at ${basePath}/metrics.`;
}

/** Names no part of the request, which may come from a web page. */
const hostRefused =
  'Forbidden: the host name of this request is not allowed. Request localhost or an address, or add the name to the ' +
  'option allowedHosts (OTELIER_PROMETHEUS_ALLOWED_HOSTS).\n';

/** Returns the response to a request that access control denies; `undefined` for an admitted request. */
async function denialOf(
  access: AccessControl | undefined,
  request: EndpointRequest,
): Promise<EndpointResponse | undefined> {
  if (access === undefined) return undefined;
  switch (await access.decide(request)) {
    case 'admitted':
      return undefined;
    case 'unauthorized':
      return textResponse(401, 'Unauthorized.\n', { 'www-authenticate': access.challenges });
    case 'forbidden':
      return textResponse(403, 'Forbidden.\n');
    case 'busy':
      return textResponse(503, 'Too many concurrent authentications.\n', { 'retry-after': '1' });
  }
}

function health(request: EndpointRequest): EndpointResponse {
  const isJson = prefersJson(headerOf(request, 'accept'));
  return isJson ? jsonResponse(200, { status: 'healthy' }, varies) : textResponse(200, 'ok\n', varies);
}

function dashboard(request: EndpointRequest, url: string): EndpointResponse {
  const isJson = prefersJson(headerOf(request, 'accept'));
  return isJson ? jsonResponse(200, { dashboard: url }, varies) : textResponse(302, '', { location: url, ...varies });
}

const varies = { vary: 'Accept' };

/** Shortest scrape timeout in milliseconds: a shorter one would cut off callbacks for all scrapes that share it. */
const minTimeoutMs = 100;

function timeoutOf(request: EndpointRequest, maxTimeoutMs: number): number {
  const seconds = Number(headerOf(request, 'x-prometheus-scrape-timeout-seconds'));
  // A tenth of the scraper's timeout is left for the transfer of the response.
  return seconds > 0 ? Math.min(maxTimeoutMs, Math.max(minTimeoutMs, seconds * 900)) : maxTimeoutMs;
}

function headerOf({ headers }: EndpointRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Scheme and authority of a request target in absolute form, as proxies send it (RFC 9112, section 3.2.2). */
const absoluteForm = /^https?:\/\/[^/]+/i;

/** Splits a request target into the path below `basePath` and the query; the path is '' for a target outside of it. */
function splitUrl(url: string, basePath: string): [path: string, query: string] {
  const queryStart = url.indexOf('?');
  const target = queryStart === -1 ? url : url.slice(0, queryStart);
  const query = queryStart === -1 ? '' : url.slice(queryStart + 1);
  const path = target.replace(absoluteForm, '');
  return path.startsWith(basePath) ? [path.slice(basePath.length), query] : ['', query];
}

/** Reports whether a request target is the base path alone. */
function isBare(url: string, basePath: string): boolean {
  return basePath !== '' && url.replace(absoluteForm, '') === basePath;
}

function textResponse(status: number, body: string, headers: Headers = {}): EndpointResponse {
  return responseOf(status, body === '' ? [] : [Buffer.from(body)], {
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
}

function jsonResponse(status: number, value: object, headers: Headers = {}): EndpointResponse {
  return textResponse(status, `${JSON.stringify(value, null, 2)}\n`, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  });
}

function responseOf(status: number, body: readonly Uint8Array[], headers: Headers): EndpointResponse {
  const length = body.reduce((bytes, part) => bytes + part.length, 0);
  return {
    status,
    body,
    headers: { ...headers, 'content-length': String(length), 'x-content-type-options': 'nosniff' },
  };
}
