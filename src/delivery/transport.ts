/**
 * Sends one request over HTTP, and sends it again where that is worth it, until its time is up.
 *
 * Neither its connections nor its waiting keeps the process alive: the stock transport does both, for up to ten
 * seconds after an application that talks to nobody has ended.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Clock } from '../model/clock.js';
import { markOwn } from '../model/own-traffic.js';
import { reasonOf } from './deliveries.js';
import { secretsHidden } from './redaction.js';

/** Where and how to send. */
export interface TransportTarget {
  readonly url: string;
  /** `POST` by default. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  /** Whether a request answered with this status may be sent again; what OTLP says by default. */
  readonly retries?: (status: number) => boolean;
  /** PEM texts; all absent without TLS of one's own. */
  readonly tls: { readonly ca?: string; readonly key?: string; readonly cert?: string };
  /** What matters of the text that a server sends with a refusal; its first 120 characters by default. */
  readonly digest?: (text: string) => string;
}

/** What became of a request. */
export type Posted =
  /** `body` is at most 4 MiB; empty where it was more, or was compressed. */
  | { readonly kind: 'accepted'; readonly body: Uint8Array }
  /** It must not be sent again. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status: number }
  /** It may be sent again, not before `retryAfterMs` have passed where the server said so. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number };

/** A way to one endpoint; keeps a connection open between requests. One request at a time is the caller's affair. */
export interface Transport {
  /** @param once not again, where it would be worth it: the caller has something better to do with the time. */
  send(body: Uint8Array, timeoutMs: number, once?: boolean): Promise<Posted>;
  /** While `true`, nothing waits to be sent again: what would, is given up at once. */
  hurry(active: boolean): void;
  close(): void;
  /** Takes out of what the endpoint says the secrets that it was sent. */
  withoutSecrets?(text: string): string;
}

const retryableStatus = new Set([429, 502, 503, 504]);
const maxResponseBytes = 4 * 1024 * 1024;
/** Bytes that are read of why a request was refused. */
const longestRefusal = 16_384;
const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
const backoffGrowth = 1.5;
/** Waits are drawn from below and above their middle; one that a server asked for is only ever longer. */
const jitter = 0.2;
/** Share of the time that is left for an answer: what arrives, and is answered too late, is sent again for nothing. */
const answerShare = 0.1;

/** @param onRetry told whenever a request is sent again. */
export function createTransport(target: TransportTarget, clock: Clock, onRetry: () => void = () => {}): Transport {
  const url = new URL(target.url);
  const { digest = firstCharacters } = target;
  const secure = url.protocol === 'https:';
  const retries = target.retries ?? ((status) => retryableStatus.has(status));
  let agent: Agent | undefined;
  let hurried = false;
  let stopWaiting = () => {};
  const withoutSecrets = secretsHidden(url, target.headers);

  async function sendOnce(body: Uint8Array, timeoutMs: number): Promise<Posted> {
    const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http') as typeof import('node:http');
    agent ??= new http.Agent({ keepAlive: true, maxSockets: 1, ...target.tls } as ConstructorParameters<
      typeof Agent
    >[0]);
    const options: RequestOptions = {
      method: target.method ?? 'POST',
      agent,
      headers: { ...target.headers, 'content-length': String(body.byteLength) },
    };
    return new Promise((resolve) => {
      const request = markOwn(http.request(url, options));
      const unanswered = failOn(request, timeoutMs, resolve);
      request.once('response', (response) => {
        unanswered.end();
        void readResponse(response, retries, clock, (text) => digest(withoutSecrets(text))).then(resolve);
      });
      request.end(body);
    });
  }

  return {
    async send(data, timeoutMs, once = false) {
      const body = target.gzip ? await compress(data) : data;
      const end = clock.monotonicMs() + timeoutMs;
      const lastBegin = end - timeoutMs * answerShare;
      let backoffMs = firstBackoffMs;
      for (;;) {
        const posted = await sendOnce(body, end - clock.monotonicMs());
        if (posted.kind !== 'unavailable') return posted;
        const { retryAfterMs } = posted;
        const waitMs =
          retryAfterMs === undefined
            ? backoffMs * (1 - jitter + 2 * jitter * Math.random())
            : retryAfterMs * (1 + (jitter / 2) * Math.random());
        if (once || hurried || clock.monotonicMs() + waitMs >= lastBegin) return posted;
        await new Promise<void>((resolve) => {
          stopWaiting = resolve;
          setTimeout(resolve, waitMs).unref();
        });
        if (hurried) return posted;
        onRetry();
        backoffMs = Math.min(backoffMs * backoffGrowth, longestBackoffMs);
      }
    },
    hurry(active) {
      hurried = active;
      if (active) stopWaiting();
    },
    close() {
      agent?.destroy();
    },
    withoutSecrets,
  };
}

/** Fast rather than small, and not on the thread of the application. */
function compress(data: Uint8Array): Promise<Uint8Array> {
  const { gzip } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    gzip(data, { level: 1 }, (error, compressed) => (error ? reject(error) : resolve(compressed)));
  });
}

/** Until it is ended, `resolve` learns that nothing was answered; the request has its time afterwards, too. */
function failOn(request: ClientRequest, timeoutMs: number, resolve: (posted: Posted) => void): { end(): void } {
  let answered = false;
  const fail = (reason: string) => {
    if (!answered) resolve({ kind: 'unavailable', reason });
  };
  const timer = setTimeout(() => {
    fail(`no answer within ${Math.round(timeoutMs)} ms`);
    request.destroy();
  }, timeoutMs);
  timer.unref();
  request.on('close', () => {
    clearTimeout(timer);
    // Without an error and without a response too: an answer may be none of HTTP's, such as an upgrade that nobody asked for.
    fail('the connection was closed without an answer');
  });
  request.on('socket', (socket) => socket.unref());
  request.on('error', (error: NodeJS.ErrnoException) => {
    fail(reasonOf(error.message === '' ? (error.code ?? 'connection failed') : error.message));
  });
  return {
    end() {
      answered = true;
    },
  };
}

async function readResponse(
  response: IncomingMessage,
  retries: (status: number) => boolean,
  clock: Clock,
  digest: (text: string) => string,
): Promise<Posted> {
  const status = response.statusCode ?? 0;
  const answered = await readBody(response);
  if (status >= 200 && status < 300) return { kind: 'accepted', body: answered };
  const text = reasonOf(digest(Buffer.from(answered).toString('utf8', 0, longestRefusal))).trim();
  const reason = `HTTP ${status}${text === '' ? '' : `: ${text}`}`;
  if (!retries(status)) return { kind: 'refused', reason, status };
  const retryAfterMs = retryAfterOf(response.headers['retry-after'], clock);
  return { kind: 'unavailable', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function firstCharacters(text: string): string {
  return reasonOf(text).slice(0, 120);
}

/**
 * As much of the body as comes: the status says whether a request was accepted, and one whose answer breaks off, or does
 * not end in time, was answered all the same. A body that is too large, or packed although nobody asked, says no more.
 */
async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxResponseBytes) {
        response.destroy();
        return new Uint8Array();
      }
      chunks.push(chunk);
    }
  } catch {
    // What came before it broke off is read.
  }
  return response.headers['content-encoding'] === undefined ? Buffer.concat(chunks) : new Uint8Array();
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now. */
function retryAfterOf(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowUnixMs());
}
