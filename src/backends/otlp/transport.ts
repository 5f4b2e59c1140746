/**
 * Posts one encoded batch, and posts it again as the OTLP specification says, until its time is up.
 *
 * Neither its connections nor its waiting keeps the process alive: the stock transport does both, for up to ten
 * seconds after an application that talks to nobody has ended.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import type { Clock } from '../../model/clock.js';
import { reasonOf } from '../deliveries.js';

/** Where and how to post. */
export interface TransportTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  /** PEM texts; all absent without TLS of one's own. */
  readonly tls: { readonly ca?: string; readonly key?: string; readonly cert?: string };
}

const retryableStatus = new Set([429, 502, 503, 504]);
const maxResponseBytes = 4 * 1024 * 1024;
const firstBackoffMs = 1_000;
const backoffGrowth = 1.5;
const jitter = 0.2;

/** The transport of the stock exporters, and one more call. */
export interface Transport extends IExporterTransport {
  /** While `true`, nothing waits to be posted again: what would, fails at once. */
  hurry(active: boolean): void;
}

/** A transport to one endpoint; it keeps a connection open between exports. */
export function createTransport(target: TransportTarget, clock: Clock): Transport {
  const url = new URL(target.url);
  const secure = url.protocol === 'https:';
  let agent: Agent | undefined;
  let hurried = false;
  let stopWaiting = () => {};

  async function post(body: Uint8Array, timeoutMs: number): Promise<ExportResponse> {
    const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http') as typeof import('node:http');
    agent ??= new http.Agent({ keepAlive: true, maxSockets: 1, ...target.tls } as ConstructorParameters<
      typeof Agent
    >[0]);
    const headers = { ...target.headers, 'content-length': String(body.byteLength) };
    return new Promise((resolve) => {
      const request = http.request(url, { method: 'POST', agent: agent as Agent, headers }, (response) => {
        readResponse(response, clock).then(resolve, (error) => resolve({ status: 'retryable', error }));
      });
      failOn(request, timeoutMs, resolve);
      request.end(body);
    });
  }

  return {
    async send(data, timeoutMs) {
      const body = target.gzip ? await compress(data) : data;
      const end = clock.monotonicMs() + timeoutMs;
      let backoffMs = firstBackoffMs;
      for (;;) {
        const response = await post(body, end - clock.monotonicMs());
        if (response.status !== 'retryable') return response;
        const waitMs = response.retryInMillis ?? backoffMs * (1 - jitter + 2 * jitter * Math.random());
        if (hurried || clock.monotonicMs() + waitMs >= end) return response;
        await new Promise<void>((resolve) => {
          stopWaiting = resolve;
          setTimeout(resolve, waitMs).unref();
        });
        if (hurried) return response;
        backoffMs *= backoffGrowth;
      }
    },
    hurry(active) {
      hurried = active;
      if (active) stopWaiting();
    },
    shutdown() {
      agent?.destroy();
    },
  };
}

function compress(data: Uint8Array): Promise<Uint8Array> {
  const { gzip } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    gzip(data, (error, compressed) => (error ? reject(error) : resolve(compressed)));
  });
}

function failOn(request: ClientRequest, timeoutMs: number, resolve: (response: ExportResponse) => void): void {
  const timer = setTimeout(() => {
    resolve({ status: 'failure', error: new Error(`no answer within ${Math.round(timeoutMs)} ms`) });
    request.destroy();
  }, timeoutMs);
  timer.unref();
  request.on('close', () => clearTimeout(timer));
  request.on('socket', (socket) => socket.unref());
  request.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.message === '' ? (error.code ?? 'connection failed') : error.message;
    resolve({ status: 'retryable', error: new Error(reason, { cause: error }) });
  });
}

async function readResponse(response: IncomingMessage, clock: Clock): Promise<ExportResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxResponseBytes) {
      response.destroy();
      return { status: 'failure', error: new Error(`the response is larger than ${maxResponseBytes} bytes`) };
    }
    chunks.push(chunk);
  }
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { status: 'success', data: Buffer.concat(chunks) };
  const answered = reasonOf(Buffer.concat(chunks).toString('utf8')).slice(0, 120).trim();
  const error = new Error(`HTTP ${status}${answered === '' ? '' : `: ${answered}`}`);
  if (!retryableStatus.has(status)) return { status: 'failure', error };
  const retryInMillis = retryAfterMs(response.headers['retry-after'], clock);
  return { status: 'retryable', error, ...(retryInMillis === undefined ? {} : { retryInMillis }) };
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now. */
function retryAfterMs(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowUnixMs());
}
