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

/** Measures them until it is stopped; returns what stops it. */
export function measureNodeClient(client: ClientRequests): () => void {
  const active = new WeakMap<NodeRequest, { readonly beganMs: number }>();
  let stopped = false;

  function begin(request: NodeRequest): void {
    if (active.has(request)) return;
    active.set(request, { beganMs: client.nowMs() });
    // After its response was read, or after what broke it off; the only one that always comes.
    request.once(
      'close',
      guarded(() => end(request), client.failed),
    );
  }

  function end(request: NodeRequest, error?: unknown): void {
    const ended = active.get(request);
    if (ended === undefined || stopped) return;
    active.delete(request);
    if (isOwn(request)) return;
    const { method, path, res } = request;
    // A connection that was taken over, for a WebSocket or a tunnel, has a response without an end.
    const isBroken = res?.complete === false && res.statusCode !== 101 && method !== 'CONNECT';
    client.ended({
      ...ended,
      origin: originOf(request, client.origins),
      method,
      path,
      status: res?.statusCode ?? 0,
      version: res?.httpVersion ?? '',
      error: error ?? (isBroken ? (res.errored ?? { code: 'ECONNRESET' }) : undefined),
    });
  }

  const began = ({ request }: { request: NodeRequest }) => begin(request);
  const stop = [
    listen(createdChannel(), began, client.failed),
    // For requests that do not pass there.
    listen('http.client.request.start', began, client.failed),
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

function originOf(request: NodeRequest, origins: Origins): Origin {
  const { protocol, host, socketPath, socket } = request;
  if (typeof socketPath === 'string') return origins.of(protocol, socketPath);
  const inUrl = host.includes(':') ? `[${host}]` : host;
  const header = request.getHeader('host');
  // The port that was asked for is kept nowhere else; a header that names another host says nothing of it.
  if (typeof header === 'string' && (header === inUrl || header.startsWith(`${inUrl}:`))) {
    return origins.of(`${protocol}//${header}`);
  }
  const port = socket?.remotePort;
  return origins.of(port === undefined ? `${protocol}//${inUrl}` : `${protocol}//${inUrl}:${port}`);
}
