/** Scrapes an endpoint once; failures name the cause and the next step. */

import { reasonOf } from '../../delivery/reason.js';
import { briefly } from '../../delivery/remedy.js';
import { withoutTls } from '../../delivery/wrong-protocol.js';
import { fitBefore } from '../../errors/fit.js';
import type { Clock } from '../../model/clock.js';
import { type Reading, readMetrics } from './reading.js';
import type { ScrapeTarget } from './target.js';

/** A successful scrape. */
export interface Scrape extends Reading {
  /** Size of the text. */
  readonly bytes: number;
  readonly durationMs: number;
  /** Time of the request on the wall clock, in milliseconds. */
  readonly atUnixMs: number;
  /** Time of the request on the monotonic clock. */
  readonly atMonotonicMs: number;
}

/** Prefers OpenMetrics, which has units and state sets. Servers without negotiation ignore it. */
const accept =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
/** Shortest time that an endpoint has to answer, as with Prometheus. */
const minTimeoutMs = 10_000;
const maxBytes = 64 * 2 ** 20;

/** Causes and next steps by the code or the words of an error; the first that matches applies. */
const steps: readonly (readonly [cause: RegExp, step: string])[] = [
  [/; perhaps http/, ''],
  [/ECONNREFUSED/, 'start the program, or check host and port'],
  [/^the response (?:ended early|cannot be decompressed)/, 'see the log of the server, or of a proxy before it'],
  [/other side closed|ECONNRESET|socket hang up/, 'check the port, and whether it needs https://'],
  [/^host not /, 'check the host'],
  [/^no answer within/, 'check host and port, or raise --interval for a slow endpoint'],
  [/self.signed|unable to (?:verify|get)/i, 'set NODE_EXTRA_CA_CERTS to the file of its certificate authority'],
  [/^HTTP 40[137]\b/, "check --header 'Authorization: …', or user and password in the URL"],
  [/^HTTP (?:404|405|3\d\d)\b|not metrics/, 'check the path, usually /metrics'],
  [/^HTTP /, 'see the log of the server'],
];

/**
 * Scrapes the target once.
 *
 * @param signal aborts the request.
 * @throws {Error} whose message names the URL, the cause and the next step.
 */
export async function scrape(target: ScrapeTarget, clock: Clock, signal: AbortSignal): Promise<Scrape> {
  const [atUnixMs, atMonotonicMs] = [clock.nowUnixMs(), clock.monotonicMs()];
  const timeoutMs = Math.max(minTimeoutMs, target.intervalMs);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const text = await request(target, AbortSignal.any([signal, timeout]));
    const durationMs = clock.monotonicMs() - atMonotonicMs;
    const reading = readMetrics(text);
    if (reading.metrics.length === 0 && reading.invalidCount > 0)
      throw new Error(`not metrics: ${reading.firstInvalid}`);
    return { ...reading, bytes: Buffer.byteLength(text), durationMs, atUnixMs, atMonotonicMs };
  } catch (error) {
    const reason = timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : causeOf(error, target.url);
    const step = steps.find(([cause]) => cause.test(reason))?.[1] ?? 'check the URL';
    throw new Error(fitBefore(step && `; ${step}`)`scrape of ${target.shownUrl} failed: ${reason}`, { cause: error });
  }
}

async function request({ url, headers }: ScrapeTarget, signal: AbortSignal): Promise<string> {
  const given = new Headers(headers);
  if (!given.has('accept')) given.set('accept', accept);
  const response = await fetch(url, { headers: given, signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status}`);
  }
  const type = response.headers.get('content-type') ?? '';
  const text = await bodyOf(response, signal);
  if (/html|json/i.test(type) || text.trimStart().startsWith('<')) {
    throw new Error(`the response is not metrics, but ${type.replace(/;.*/s, '') || 'HTML'}`);
  }
  return text;
}

async function bodyOf(response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = unwrapped(error);
    const isDamaged = (cause as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    throw new Error(`the response ${isDamaged ? 'cannot be decompressed' : 'ended early'} (${reasonOf(cause)})`);
  }
  if (bytes > maxBytes) throw new Error(`the response exceeds ${maxBytes / 2 ** 20} MiB`);
  return Buffer.concat(chunks).toString();
}

/** Returns the error that `fetch` has wrapped. */
function unwrapped(error: unknown): unknown {
  return error instanceof TypeError && error.cause !== undefined ? error.cause : error;
}

/** Returns the cause of a failed request. */
function causeOf(error: unknown, url: URL): string {
  const cause = unwrapped(error);
  const { code } = cause as NodeJS.ErrnoException;
  const reason = briefly(reasonOf(cause));
  if (code === 'ECONNREFUSED') return 'connection refused (ECONNREFUSED)';
  return withoutTls(url, reason) ?? reason;
}
