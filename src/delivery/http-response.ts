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
  /**
   * Returns why the body of a response with status 200 to 299 is not an answer of the protocol: the points then count as
   * refused. Without this rule, the status alone decides, whether or not the body arrives whole.
   */
  readonly defectOf?: (body: Uint8Array, contentType: string) => string | undefined;
}

/** Result of one attempt. */
export type PostResult =
  /** A status of 200 to 299. `body` holds at most 4 MiB; it is empty if the body was larger or could not be decompressed. */
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
/** Maximum number of bytes of an HTML page that are read for its reason. */
const maxPageBytes = 2_048;

/** Returns the failure of a request that had `timeoutMs` milliseconds. */
export function noAnswer(timeoutMs: number, ambiguous: boolean): FailedPost {
  return { kind: 'failed', reason: `no answer within ${Math.max(0, Math.round(timeoutMs))} ms`, ambiguous };
}

/** Reads the body and classifies the response by its status and the rules. Never rejects. */
export async function readResponse(
  response: IncomingMessage,
  { retryable = (status) => retryableStatus.has(status), digest = firstCharacters, defectOf }: ResponseRules,
  withoutSecrets: (text: string) => string,
  clock: Clock,
): Promise<PostResult> {
  const status = response.statusCode ?? 0;
  const { body, defect: bodyDefect } = await readBody(response);
  if (status >= 200 && status < 300) {
    const defect = defectOf && (bodyDefect ?? defectOf(body, response.headers['content-type'] ?? ''));
    if (defect === undefined) return { kind: 'accepted', body };
    return { kind: 'refused', reason: reasonOf(withoutSecrets(`HTTP ${status}, but ${defect}`)), status };
  }
  const text = Buffer.from(body).toString('utf8', 0, maxRefusalBytes);
  const detail = reasonOf(digest(withoutSecrets(text))).trim();
  const reason = `HTTP ${status}${detail === '' ? '' : `: ${detail}`}`;
  if (!retryable(status)) return { kind: 'refused', reason, status };
  const retryAfterMs = retryAfterOf(response.headers['retry-after'], clock);
  const ambiguous = gatewayStatus.has(status);
  return { kind: 'failed', reason, ambiguous, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Returns the defect of a body that is an HTML page, such as the login page of a proxy; for `ResponseRules.defectOf`. An
 * empty body is no page, whatever its content type.
 */
export function htmlDefect(body: Uint8Array, contentType: string): string | undefined {
  const text = Buffer.from(body).toString('utf8', 0, maxPageBytes).trim();
  if (text === '' || !(text.startsWith('<') || /^(text\/html|application\/xhtml)/i.test(contentType))) return undefined;
  const shown = text.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^<>]*>/g, ' ');
  return `the response is an HTML page: ${firstCharacters(shown).trim()}`;
}

function firstCharacters(text: string): string {
  return reasonOf(text).slice(0, 120);
}

/** A body and, if it is not whole and readable, why. */
interface ReadBody {
  readonly body: Uint8Array;
  readonly defect?: string;
}

/** Returns as much of the body as arrives, decompressed. A larger body, or one in an unknown encoding, is discarded. */
async function readBody(response: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isWhole = true;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBodyBytes) {
        response.destroy();
        return { body: new Uint8Array(), defect: tooLarge };
      }
      chunks.push(chunk);
    }
  } catch {
    // The bytes that arrived before the connection broke are used.
    isWhole = false;
  }
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const received = Buffer.concat(chunks);
  if (!isWhole || !response.complete) {
    const defect = `the response body was cut short after ${size} bytes`;
    return { body: encoding === 'identity' ? received : new Uint8Array(), defect };
  }
  if (encoding === 'identity' || size === 0) return { body: received };
  return encoding === 'gzip' || encoding === 'x-gzip'
    ? gunzipBody(received)
    : { body: new Uint8Array(), defect: garbled };
}

const tooLarge = `the response body exceeds ${maxBodyBytes / 2 ** 20} MiB`;
const garbled = 'the response body cannot be decompressed';

/** Decompresses a body; one that exceeds the limit when decompressed is discarded. */
function gunzipBody(compressed: Uint8Array): Promise<ReadBody> {
  const zlib = process.getBuiltinModule('node:zlib');
  return new Promise((resolve) => {
    zlib.gunzip(compressed, { maxOutputLength: maxBodyBytes }, (error: NodeJS.ErrnoException | null, body) => {
      if (error === null) resolve({ body });
      else resolve({ body: new Uint8Array(), defect: error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : garbled });
    });
  });
}

/** Returns milliseconds from now for a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterOf(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowUnixMs());
}
