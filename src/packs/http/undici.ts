/**
 * Requests of `fetch` and of the package undici, which both tell of them on the same channels.
 *
 * A redirect that is followed is a request of its own. One whose response is not read to its end goes on until its
 * connection is closed.
 */
import { listen } from './channels.js';
import type { ClientRequests } from './client.js';

/** What is read of a request of undici. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
}

/** A request that goes on. */
interface ActiveRequest {
  readonly beganMs: number;
  status: number;
  version: string;
}

/** Measures them until it is stopped; returns what stops it. */
export function measureUndici(client: ClientRequests): () => void {
  const active = new WeakMap<UndiciRequest, ActiveRequest>();

  function end(request: UndiciRequest, error?: unknown): void {
    const ended = active.get(request);
    if (ended === undefined) return;
    active.delete(request);
    const { origin, method, path } = request;
    const { beganMs, status, version } = ended;
    const where = client.origins.of(typeof origin === 'string' ? origin : origin.origin);
    client.ended({ beganMs, origin: where, method, path, status, version, error });
  }

  const stop = [
    listen(
      'undici:request:create',
      ({ request }: { request: UndiciRequest }) => {
        active.set(request, { beganMs: client.nowMs(), status: 0, version: '' });
      },
      client.failed,
    ),
    listen(
      'undici:client:sendHeaders',
      ({ request, socket }: { request: UndiciRequest; socket: { alpnProtocol?: unknown } }) => {
        const going = active.get(request);
        if (going !== undefined) going.version = socket.alpnProtocol === 'h2' ? '2' : '1.1';
      },
      client.failed,
    ),
    listen(
      'undici:request:headers',
      ({ request, response }: { request: UndiciRequest; response: { statusCode: number } }) => {
        const going = active.get(request);
        if (going !== undefined) going.status = response.statusCode;
      },
      client.failed,
    ),
    listen('undici:request:trailers', ({ request }: { request: UndiciRequest }) => end(request), client.failed),
    listen(
      'undici:request:error',
      ({ request, error }: { request: UndiciRequest; error: unknown }) => end(request, error ?? {}),
      client.failed,
    ),
  ];
  return () => {
    for (const each of stop) each();
  };
}
