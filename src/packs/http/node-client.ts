/**
 * Measures requests of `node:http` and `node:https`.
 *
 * A request whose response is not read to the end stays active until its connection closes.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { isOwn } from '../../model/own-traffic.js';
import { listen } from './channels.js';
import type { ClientRequests } from './client.js';
import { createdChannel } from './created-channel.js';
import type { Origin, Origins } from './origins.js';

/** The request, with members that `@types/node` does not declare. */
type NodeRequest = ClientRequest & { readonly res?: IncomingMessage | null; readonly socketPath?: string };

/** The state of a request that began. */
interface RequestState {
  readonly startMs: number;
  /** Remote port, where the request's headers do not contain it; 0 when unknown. */
  port: number;
  hasEnded: boolean;
}

/** Starts to measure requests. Returns a function that stops. */
export function measureNodeClient(client: ClientRequests): () => void {
  const states = new WeakMap<NodeRequest, RequestState>();
  let stopped = false;

  function begin(request: NodeRequest): void {
    if (states.has(request)) return;
    states.set(request, { startMs: client.nowMs(), port: 0, hasEnded: false });
    // 'close' is the only event that always comes: after the response was read, or after a failure.
    request.once(
      'close',
      client.guard.verb('request.close', () => end(request)),
    );
  }

  function end(request: NodeRequest, error?: unknown): void {
    const state = states.get(request);
    if (state === undefined || state.hasEnded || stopped) return;
    // The state stays in the map, because an `end()` after the failure publishes the request as created again.
    state.hasEnded = true;
    if (isOwn(request)) return;
    const { method, path, res } = request;
    // The response of an upgraded or tunneled connection never completes.
    const isBroken = res?.complete === false && res.statusCode !== 101 && method !== 'CONNECT';
    client.record({
      startMs: state.startMs,
      origin: originOf(request, state.port, client.origins),
      method,
      path,
      status: res?.statusCode ?? 0,
      version: res?.httpVersion ?? '',
      error: error ?? (isBroken ? (res.errored ?? { code: 'ECONNRESET' }) : undefined),
    });
  }

  const stops = [
    listen(createdChannel(), ({ request }: { request: NodeRequest }) => begin(request), client.guard),
    // Covers requests that are not published on the channel above.
    listen('http.client.request.start', ({ request }: { request: NodeRequest }) => begin(request), client.guard),
    // Despite its name, this channel reports the start of a response, when the request still has its connection.
    listen(
      'http.client.response.finish',
      ({ request }: { request: NodeRequest }) => {
        const state = states.get(request);
        if (state !== undefined && urlOf(request) === undefined) state.port = request.socket?.remotePort ?? 0;
      },
      client.guard,
    ),
    listen(
      'http.client.request.error',
      ({ request, error }: { request: NodeRequest; error: unknown }) => end(request, error),
      client.guard,
    ),
  ];
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}

function originOf(request: NodeRequest, port: number, origins: Origins): Origin {
  const { protocol, socketPath } = request;
  if (typeof socketPath === 'string') return origins.of(protocol, socketPath);
  return origins.of(urlOf(request) ?? `${protocol}//${hostOf(request)}:${port}`);
}

/** Returns the URL of a request. Only the `Host` header has the port, and only if it names the host of the request. */
function urlOf(request: NodeRequest): string | undefined {
  const host = hostOf(request);
  const header = request.getHeader('host');
  const isOfHost = typeof header === 'string' && (header === host || header.startsWith(`${host}:`));
  return isOfHost ? `${request.protocol}//${header}` : undefined;
}

function hostOf({ host }: NodeRequest): string {
  return host.includes(':') ? `[${host}]` : host;
}
