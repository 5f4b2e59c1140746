/** What the endpoint answers, whatever carries the question: its own server, an application's, or a fetch handler. */
import type { BackendStatus } from '../../delivery/contract.js';
import type { Clock } from '../../model/clock.js';
import { type Negotiated, negotiateEncoding } from './negotiation.js';
import { availableEncodings, pack } from './packing.js';
import { type Scraped, tooLate } from './reader.js';
import type { Access, AccessRequest } from './security/access.js';

/** A question; `url` is path and query as they came, and nothing of it is ever repeated. */
export interface EndpointRequest extends AccessRequest {
  readonly method: string;
  readonly url: string;
}

/** An answer. `body` may be had in parts; its length is told in the headers. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: readonly Uint8Array[];
  /** May be called when all of the body was handed over. */
  readonly release?: () => void;
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What an endpoint needs. */
export interface EndpointOptions {
  /** Which of the backends it is. */
  readonly name: string;
  readonly clock: Clock;
  readonly access: Access | undefined;
  /** Whether one more request may be answered now. */
  readonly admitsRate: () => boolean;
  /** Milliseconds for one scrape when the scraper names none, or names more. */
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  /** Where paths begin. */
  readonly basePath: string;
  readonly dashboardUrl: string | undefined;
  /** Added to every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The format that is meant by an `Accept` header, if there is one. */
  negotiate(accept: string | undefined): Negotiated | undefined;
  scrape(format: Negotiated, timeoutMs: number): Promise<Scraped>;
  /** Whether there is something to collect from. */
  running(): boolean;
  /** Every backend of these metrics. */
  statuses(): readonly BackendStatus[];
}

/** Makes what answers. The promise never rejects. */
export function createEndpoint(options: EndpointOptions): (request: EndpointRequest) => Promise<EndpointResponse> {
  const encodings = availableEncodings();
  let inFlight = 0;

  async function metrics(request: EndpointRequest, query: URLSearchParams): Promise<EndpointResponse> {
    const format = options.negotiate(headerOf(request, 'accept'));
    if (format === undefined) {
      return text(
        406,
        'Metrics can be had as text/plain, application/openmetrics-text or application/vnd.google.protobuf.\n',
      );
    }
    if (inFlight >= options.maxInFlight) return text(503, 'Too many scrapes at once.\n', { 'retry-after': '1' });
    inFlight++;
    try {
      const timeoutMs = timeoutOf(request, options.timeoutMs);
      const { body, release } = await options.scrape(format, timeoutMs);
      const names = query.getAll('name[]');
      const parts = names.length === 0 ? body.all : body.named(new Set(names));
      const encoding = negotiateEncoding(headerOf(request, 'accept-encoding'), encodings);
      const packed = await pack(parts, encoding);
      const headers = { 'content-type': format.contentType, vary: 'Accept, Accept-Encoding' };
      if (encoding === 'identity') return { ...answer(200, packed, headers), release };
      release();
      return answer(200, packed, { ...headers, 'content-encoding': encoding });
    } catch (error) {
      const inTime = error === tooLate ? ' in time' : '';
      return text(503, `Metrics could not be collected${inTime}.\n`, { 'retry-after': '1' });
    } finally {
      inFlight--;
    }
  }

  function ready(): EndpointResponse {
    const backends = options.statuses();
    const own = backends.find(({ name }) => name === options.name);
    const isReady = options.running() && own?.state !== 'failing';
    // What answers say is for the log alone: whoever may ask here need not know of other backends' servers.
    const shown = backends.map(({ url: _url, reason: _reason, lastSuccessUnixMs, ...status }) => ({
      ...status,
      lastSuccess: lastSuccessUnixMs === undefined ? null : new Date(lastSuccessUnixMs).toISOString(),
    }));
    const body = `${JSON.stringify({ ready: isReady, backends: shown }, null, 2)}\n`;
    return answer(isReady ? 200 : 503, [Buffer.from(body)], { 'content-type': 'application/json; charset=utf-8' });
  }

  async function route(request: EndpointRequest): Promise<EndpointResponse> {
    const [path, query] = split(request.url, options.basePath);
    const known =
      path === '/metrics' ||
      path === '/ready' ||
      path === '/health' ||
      (path === '/dashboard' && options.dashboardUrl !== undefined);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text(405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' });
    }
    // Whether the process lives is no secret, and those who ask have no password.
    if (path === '/health') return text(200, 'ok\n');
    if (!options.admitsRate()) return text(429, 'Too many requests.\n', { 'retry-after': '1' });
    const refusal = await refused(options.access, request);
    if (refusal !== undefined) return refusal;
    if (!known) return text(404, 'Metrics are at /metrics.\n');
    if (path === '/ready') return ready();
    if (path === '/dashboard') return text(302, '', { location: options.dashboardUrl ?? '' });
    return metrics(request, new URLSearchParams(query));
  }

  return async (request) => {
    const response = await route(request).catch(() => text(500, 'The endpoint failed.\n'));
    const headers = { ...options.headers, ...response.headers };
    return { ...response, headers, body: request.method === 'HEAD' ? [] : response.body };
  };
}

async function refused(access: Access | undefined, request: EndpointRequest): Promise<EndpointResponse | undefined> {
  if (access === undefined) return undefined;
  switch (await access.admits(request)) {
    case 'admitted':
      return undefined;
    case 'unauthorized':
      return text(401, 'Unauthorized.\n', { 'www-authenticate': access.challenges });
    case 'forbidden':
      return text(403, 'Forbidden.\n');
    case 'busy':
      return text(503, 'Too many log-ins at once.\n', { 'retry-after': '1' });
  }
}

/** Milliseconds of the shortest scrape. */
const shortestMs = 100;

function timeoutOf(request: EndpointRequest, ownMs: number): number {
  const seconds = Number(headerOf(request, 'x-prometheus-scrape-timeout-seconds'));
  // A tenth is for the way back. Nobody has so little time that callbacks are given up for all who ask at once.
  return seconds > 0 ? Math.min(ownMs, Math.max(shortestMs, seconds * 900)) : ownMs;
}

function headerOf({ headers }: EndpointRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** How a request begins that names its server, as proxies write them (RFC 9112, section 3.2.2). */
const absoluteForm = /^https?:\/\/[^/]+/i;

/** Path below the base and query; a URL that is none has the path ''. */
function split(url: string, basePath: string): [string, string] {
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : url.slice(question + 1);
  const own = path.replace(absoluteForm, '');
  return own.startsWith(basePath) ? [own.slice(basePath.length), query] : ['', query];
}

function text(status: number, body: string, headers: Headers = {}): EndpointResponse {
  return answer(status, body === '' ? [] : [Buffer.from(body)], {
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
}

function answer(status: number, body: readonly Uint8Array[], headers: Headers): EndpointResponse {
  const length = body.reduce((bytes, part) => bytes + part.length, 0);
  return {
    status,
    body,
    headers: { ...headers, 'content-length': String(length), 'x-content-type-options': 'nosniff' },
  };
}
