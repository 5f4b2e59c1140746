/** Interprets the response to a request (OTLP specification, "OTLP/HTTP Response"; RFC 9110). */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../model/clock.js';
import { reasonOf } from './reason.js';

/** How an endpoint's responses are interpreted. */
export interface ResponseRules {
  /** True for status codes that may be retried; 429, 502, 503 and 504 by default (OTLP specification). */
  readonly retryable?: (status: number) => boolean;
  /** Extracts the relevant part of a refusal's body; the first 120 characters by default. */
  readonly digest?: (text: string) => string;
}

/** Result of one attempt. */
export type PostResult =
  /** A status of 200 to 299. `body` holds at most 4 MiB; it is empty if the body was larger or compressed. */
  | { readonly kind: 'accepted'; readonly body: Uint8Array }
  /** Refused for good: the request must not be sent again. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status: number }
  | FailedPost;

/** An attempt that may be repeated. */
export interface FailedPost {
  readonly kind: 'failed';
  readonly reason: string;
  /** Milliseconds that the endpoint asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
  /**
   * True if the endpoint may have processed the request: it was sent and not answered, or a gateway answered for it. Only
   * the same bytes may be sent before anything newer.
   */
  readonly ambiguous: boolean;
}

const retryableStatus = new Set([429, 502, 503, 504]);
/** Sent by gateways that cannot know whether the server behind them processed the request. */
const gatewayStatus = new Set([502, 504]);
const maxBodyBytes = 4 * 1024 * 1024;
/** Maximum number of bytes of a refusal's body that are read for its reason. */
const maxRefusalBytes = 16_384;

/** Reads the body and classifies the response by its status. Never rejects. */
export async function readResponse(
  response: IncomingMessage,
  { retryable = (status) => retryableStatus.has(status), digest = firstCharacters }: ResponseRules,
  withoutSecrets: (text: string) => string,
  clock: Clock,
): Promise<PostResult> {
  const status = response.statusCode ?? 0;
  const body = await readBody(response);
  if (status >= 200 && status < 300) return { kind: 'accepted', body };
  const text = Buffer.from(body).toString('utf8', 0, maxRefusalBytes);
  const detail = reasonOf(digest(withoutSecrets(text))).trim();
  const reason = `HTTP ${status}${detail === '' ? '' : `: ${detail}`}`;
  if (!retryable(status)) return { kind: 'refused', reason, status };
  const retryAfterMs = retryAfterOf(response.headers['retry-after'], clock);
  const ambiguous = gatewayStatus.has(status);
  return { kind: 'failed', reason, ambiguous, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function firstCharacters(text: string): string {
  return reasonOf(text).slice(0, 120);
}

/**
 * Returns as much of the body as arrives. The status alone decides the result, so a response that breaks off still counts.
 * A body that is larger than the limit, or compressed without having been requested, is discarded.
 */
async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBodyBytes) {
        response.destroy();
        return new Uint8Array();
      }
      chunks.push(chunk);
    }
  } catch {
    // The bytes that arrived before the connection broke are used.
  }
  return response.headers['content-encoding'] === undefined ? Buffer.concat(chunks) : new Uint8Array();
}

/** Returns milliseconds from now for a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterOf(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowUnixMs());
}
