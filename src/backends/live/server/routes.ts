/** The routes of the live view: the page, the stream over WebSocket and server-sent events, and the values now. */
import type { IncomingMessage } from 'node:http';
import { livePaths } from '../../../delivery/live-paths.js';
import type { RouteRequest, RouteResponse, Routes } from '../../../delivery/routes.js';
import type { LiveFeed } from '../feed.js';
import { WatchingClients } from './clients.js';
import { eventStream } from './event-stream.js';
import { isOwnOrigin } from './origin.js';
import { pageResponse } from './page.js';
import { type ReadSubscription, readQuery, withKnownNames } from './subscription.js';
import { createWebSockets } from './web-socket.js';

/** Limits of a server of live metrics. */
export interface LiveLimits {
  /** Number of connected clients; further ones get 503. */
  readonly maxClients: number;
  /** Milliseconds between two pings of a client; 30,000 by default. */
  readonly pingMs?: number;
}

/** Creates the routes. Responses repeat nothing of a request but the names of metrics. */
export function createLiveRoutes(feed: LiveFeed, { maxClients, pingMs = 30_000 }: LiveLimits): Routes {
  const clients = new WatchingClients(maxClients, pingMs);
  const accept = createWebSockets(feed, clients);

  function readRequest({ query }: RouteRequest): ReadSubscription | undefined {
    const read = readQuery(query);
    return read === undefined ? undefined : withKnownNames(read, feed);
  }

  async function summary(request: RouteRequest): Promise<RouteResponse> {
    const read = readRequest(request);
    if (read !== undefined && 'defect' in read) return text(400, `${read.defect}\n`);
    if (!clients.hasRoom) return full(maxClients);
    const update = await clients.reserve(() => feed.snapshot(read?.subscription));
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
    return { status: 200, headers, body: [Buffer.from(`${JSON.stringify(update, null, 2)}\n`)] };
  }

  function events(request: RouteRequest): RouteResponse {
    const read = readRequest(request);
    if (read !== undefined && 'defect' in read) return text(400, `${read.defect}\n`);
    return clients.hasRoom ? eventStream(feed, read?.subscription, clients) : full(maxClients);
  }

  async function respond(request: RouteRequest): Promise<RouteResponse> {
    if (!isOwnOrigin(request.headers)) return foreignOrigin();
    switch (request.path) {
      case livePaths.page:
        return pageResponse(request);
      case livePaths.stream:
        return text(426, webSocketOnly, { upgrade: 'websocket', connection: 'Upgrade, close' });
      case livePaths.events:
        return events(request);
      default:
        return summary(request);
    }
  }

  return {
    respond,
    async upgrade(request) {
      const asked = request.headers.upgrade?.toLowerCase();
      if (request.path !== livePaths.stream || asked !== 'websocket') return respond(request);
      if (!isOwnOrigin(request.headers)) return foreignOrigin();
      // RFC 6455, section 4.2.1.
      if ((request.message as IncomingMessage).httpVersion === '1.0') return text(400, 'A WebSocket needs HTTP/1.1.\n');
      if (!clients.hasRoom) return full(maxClients);
      accept(request);
      return undefined;
    },
    async close() {
      feed.close();
      await clients.close();
    },
  };
}

const webSocketOnly =
  `This path is a WebSocket. Over plain HTTP: ${livePaths.events} (server-sent events) or ` +
  `${livePaths.summary} (JSON).\n`;

function foreignOrigin(): RouteResponse {
  return text(403, 'Forbidden: the request comes from a web page of another origin.\n');
}

function full(maxClients: number): RouteResponse {
  const remedy = 'maxLiveClients (OTELIER_PROMETHEUS_MAX_LIVE_CLIENTS) sets the limit';
  return text(503, `Too many live clients: ${maxClients} are connected; ${remedy}.\n`, { 'retry-after': '5' });
}

function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): RouteResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: [Buffer.from(body)] };
}
