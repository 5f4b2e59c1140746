/**
 * Measures requests of `fetch` and of the package undici, which publish on the same channels.
 *
 * Each followed redirect is a separate request. A request whose response is not read to the end stays active until its
 * connection closes.
 */
import { listen } from './channels.js';
import type { ClientRequests } from './client.js';

/** The members of an undici request that this file reads. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
}

/** A request in progress. */
interface ActiveRequest {
  readonly startMs: number;
  status: number;
  version: string;
}

/** Starts to measure requests. Returns a function that stops. */
export function measureUndici(client: ClientRequests): () => void {
  const activeRequests = new WeakMap<UndiciRequest, ActiveRequest>();

  function end(request: UndiciRequest, error?: unknown): void {
    const active = activeRequests.get(request);
    if (active === undefined) return;
    activeRequests.delete(request);
    const { origin: url, method, path } = request;
    const { startMs, status, version } = active;
    const origin = client.origins.of(typeof url === 'string' ? url : url.origin);
    client.record({ startMs, origin, method, path, status, version, error });
  }

  const stops = [
    listen(
      'undici:request:create',
      ({ request }: { request: UndiciRequest }) => {
        activeRequests.set(request, { startMs: client.nowMs(), status: 0, version: '' });
      },
      client.guard,
    ),
    listen(
      'undici:client:sendHeaders',
      ({ request, socket }: { request: UndiciRequest; socket: { alpnProtocol?: unknown } }) => {
        const active = activeRequests.get(request);
        if (active !== undefined) active.version = socket.alpnProtocol === 'h2' ? '2' : '1.1';
      },
      client.guard,
    ),
    listen(
      'undici:request:headers',
      ({ request, response }: { request: UndiciRequest; response: { statusCode: number } }) => {
        const active = activeRequests.get(request);
        if (active !== undefined) active.status = response.statusCode;
      },
      client.guard,
    ),
    listen('undici:request:trailers', ({ request }: { request: UndiciRequest }) => end(request), client.guard),
    listen(
      'undici:request:error',
      ({ request, error }: { request: UndiciRequest; error: unknown }) => end(request, error ?? {}),
      client.guard,
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
