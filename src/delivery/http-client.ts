/**
 * Makes one HTTP attempt per call. `retry.ts` decides about further attempts, with one exception: if the peer has closed
 * an idle connection, the request is sent once more at once, because the peer did not see it.
 *
 * Neither connections nor timers keep the process alive.
 */
import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import { requireArgument } from '../errors.js';
import type { Clock } from '../model/clock.js';
import { late, withDeadline } from '../model/deadline.js';
import { markOwn } from '../model/own-traffic.js';
import { gzip } from './gzip.js';
import { noAnswer, type PostResult, type ResponseRules, readResponse } from './http-response.js';
import { reasonOf } from './reason.js';
import { secretsHidden } from './redaction.js';
import { closedWithoutTls, protocolOf, refusedWithoutTls, withoutTls } from './wrong-protocol.js';

/** Destination and form of the requests. */
export interface HttpTarget extends ResponseRules {
  readonly url: string;
  /** `POST` by default. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Compresses bodies. The caller sets `content-encoding`. */
  readonly gzip: boolean;
  /** Remedy for a server that only speaks HTTP/2, as gRPC does. */
  readonly http2Remedy?: string;
  /** PEM texts; absent to use the system's certificate authorities and no client certificate. */
  readonly tls: { readonly ca?: string; readonly key?: string; readonly cert?: string };
}

/** Connection to one endpoint. Holds one connection open between requests; callers send one request at a time. */
export interface HttpClient {
  /** Sends the body once and settles within `timeoutMs` milliseconds. Never rejects. */
  post(body: Uint8Array, timeoutMs: number): Promise<PostResult>;
  /** Removes the secrets of this target from a text that the endpoint sent. */
  withoutSecrets?(text: string): string;
  /** Closes the connection. */
  close(): void;
}

/** Port of gRPC in an OpenTelemetry Collector. */
const grpcPort = '4317';

/** Creates a client. Opens no connection. */
export function createHttpClient(target: HttpTarget, clock: Clock): HttpClient {
  const isTarget = URL.canParse(String(Object(target).url));
  // Without the value: a URL in place of the object may hold a secret.
  requireArgument('createHttpClient: target', typeof target, isTarget, 'an object with the url of an endpoint');
  const url = new URL(target.url);
  const secure = url.protocol === 'https:';
  const withoutSecrets = secretsHidden(url, target.headers);
  let agent: Agent | undefined;
  /** True if the server has answered before: its URL is then right. */
  let hasAnswered = false;

  /** Returns the reason of a failed attempt, with the likely cause if the URL has the wrong scheme or port. */
  function reasonFor(error: NodeJS.ErrnoException & { readonly rawPacket?: Uint8Array }): string {
    const reason = reasonOf(error);
    if (hasAnswered) return reason;
    const speaks = protocolOf(error.rawPacket);
    const { http2Remedy = 'use the port of HTTP/1.1' } = target;
    if (speaks === 'HTTP/2' || (isReset(error.code) && url.port === grpcPort && target.http2Remedy !== undefined)) {
      return `the server does not speak HTTP/1.1; ${http2Remedy}`;
    }
    if (speaks === 'TLS' || error.code === 'ECONNRESET') return closedWithoutTls(url, reason);
    return withoutTls(url, reason) ?? reason;
  }

  function withLikelyScheme(result: PostResult): PostResult {
    return result.kind === 'refused' ? { ...result, reason: refusedWithoutTls(url, result.reason) } : result;
  }

  function open(body: Uint8Array): ClientRequest {
    const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http') as typeof import('node:http');
    agent ??= new http.Agent({ keepAlive: true, maxSockets: 1, ...target.tls } as ConstructorParameters<
      typeof Agent
    >[0]);
    const options: RequestOptions = {
      method: target.method ?? 'POST',
      agent,
      headers: { ...target.headers, 'content-length': String(body.byteLength) },
    };
    return markOwn(http.request(url, options));
  }

  /** Sends the body once. `stale` is true if the peer had closed the connection before it saw the request. */
  async function attempt(body: Uint8Array, timeoutMs: number): Promise<PostResult & { readonly stale?: boolean }> {
    const request = open(body);
    let responded = false;
    let bytesBefore = 0;
    const result = new Promise<PostResult & { readonly stale?: boolean }>((resolve) => {
      const fail = (reason: string, code: string | undefined) => {
        const unanswered = (request.socket?.bytesRead ?? bytesBefore) === bytesBefore;
        const stale = request.reusedSocket && unanswered && isReset(code);
        resolve({ kind: 'failed', reason, ambiguous: request.writableFinished, stale });
      };
      request.once('socket', (socket) => {
        bytesBefore = socket.bytesRead;
        socket.unref();
      });
      request.once('response', (response) => {
        responded = true;
        hasAnswered = true;
        resolve(readResponse(response, target, withoutSecrets, clock).then(withLikelyScheme));
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(reasonFor(error), error.code));
      // An upgrade that was not requested ends the connection without a response and without an error.
      request.once('close', () => fail('the connection was closed without an answer', undefined));
    });
    request.end(body);
    const settled = await withDeadline(result, timeoutMs);
    if (settled !== late) {
      // Answered before the body was sent: the connection would stay occupied until the peer reads the rest.
      if (!request.writableFinished) request.destroy();
      return settled;
    }
    const ambiguous = request.writableFinished;
    request.destroy();
    // A response that has begun decides by its status, whether or not its body ends.
    if (responded) return result;
    return noAnswer(timeoutMs, ambiguous);
  }

  return {
    async post(data, timeoutMs) {
      const endMs = clock.monotonicMs() + timeoutMs;
      const body = target.gzip ? await gzip(data) : data;
      const leftMs = endMs - clock.monotonicMs();
      if (leftMs <= 0) return noAnswer(timeoutMs, false);
      const { stale, ...first } = await attempt(body, leftMs);
      const thenLeftMs = endMs - clock.monotonicMs();
      if (!stale || thenLeftMs <= 0) return first;
      const { stale: _, ...second } = await attempt(body, thenLeftMs);
      return second.kind === 'failed' ? { ...second, ambiguous: second.ambiguous || isAmbiguous(first) } : second;
    },
    withoutSecrets,
    close() {
      agent?.destroy();
    },
  };
}

function isAmbiguous(result: PostResult): boolean {
  return result.kind === 'failed' && result.ambiguous;
}

/** True for the error codes of a connection that the peer has closed. */
function isReset(code: string | undefined): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}
