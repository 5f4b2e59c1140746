/**
 * Requests of `node:http` and `node:https`.
 *
 * One whose response is not read to its end goes on until its connection is closed.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { isOwn } from '../../model/own-traffic.js';
import { guarded, listen } from './channels.js';
import type { ClientRequests } from './client.js';
import { createdChannel } from './created.js';
import type { Origin, Origins } from './origins.js';

/** What is read of a request; `res` and `socketPath` are not declared. */
type NodeRequest = ClientRequest & { readonly res?: IncomingMessage | null; readonly socketPath?: string };

/** A request that began. */
interface BegunRequest {
  readonly beganMs: number;
  /** Of its server, where the request itself does not say it; 0 when it is not known. */
  port: number;
  ended: boolean;
}

/** Measures them until it is stopped; returns what stops it. */
export function measureNodeClient(client: ClientRequests): () => void {
  const begun = new WeakMap<NodeRequest, BegunRequest>();
  let stopped = false;

  function begin(request: NodeRequest): void {
    if (begun.has(request)) return;
    begun.set(request, { beganMs: client.nowMs(), port: 0, ended: false });
    // After its response was read, or after what broke it off; the only one that always comes.
    request.once(
      'close',
      guarded(() => end(request), client.failed),
    );
  }

  function end(request: NodeRequest, error?: unknown): void {
    const going = begun.get(request);
    if (going === undefined || going.ended || stopped) return;
    // It is kept: an `end()` after that tells of a beginning again.
    going.ended = true;
    if (isOwn(request)) return;
    const { method, path, res } = request;
    // A connection that was taken over, for a WebSocket or a tunnel, has a response without an end.
    const isBroken = res?.complete === false && res.statusCode !== 101 && method !== 'CONNECT';
    client.ended({
      beganMs: going.beganMs,
      origin: originOf(request, going.port, client.origins),
      method,
      path,
      status: res?.statusCode ?? 0,
      version: res?.httpVersion ?? '',
      error: error ?? (isBroken ? (res.errored ?? { code: 'ECONNRESET' }) : undefined),
    });
  }

  const stop = [
    listen(createdChannel(), ({ request }: { request: NodeRequest }) => begin(request), client.failed),
    // For requests that do not pass there.
    listen('http.client.request.start', ({ request }: { request: NodeRequest }) => begin(request), client.failed),
    // Named so, it tells that a response has begun: the request still has its connection.
    listen(
      'http.client.response.finish',
      ({ request }: { request: NodeRequest }) => {
        const going = begun.get(request);
        if (going !== undefined && urlOf(request) === undefined) going.port = request.socket?.remotePort ?? 0;
      },
      client.failed,
    ),
    listen(
      'http.client.request.error',
      ({ request, error }: { request: NodeRequest; error: unknown }) => end(request, error),
      client.failed,
    ),
  ];
  return () => {
    stopped = true;
    for (const each of stop) each();
  };
}

function originOf(request: NodeRequest, port: number, origins: Origins): Origin {
  const { protocol, socketPath } = request;
  if (typeof socketPath === 'string') return origins.of(protocol, socketPath);
  return origins.of(urlOf(request) ?? `${protocol}//${hostOf(request)}:${port}`);
}

/** Where a request goes. The port is only in its header `Host`, which says nothing of it where it names another host. */
function urlOf(request: NodeRequest): string | undefined {
  const host = hostOf(request);
  const header = request.getHeader('host');
  const isOfHost = typeof header === 'string' && (header === host || header.startsWith(`${host}:`));
  return isOfHost ? `${request.protocol}//${header}` : undefined;
}

function hostOf({ host }: NodeRequest): string {
  return host.includes(':') ? `[${host}]` : host;
}
