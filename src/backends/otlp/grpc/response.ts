/** Interprets the outcome of a gRPC call (OTLP specification, "OTLP/gRPC Response"). */
import type { ServiceError } from '@grpc/grpc-js';
import type { FailedPost, PostResult } from '../../../delivery/http-response.js';
import { reasonOf } from '../../../delivery/reason.js';
import { closedWithoutTls, withoutTls } from '../../../delivery/wrong-protocol.js';
import { readExportResponse } from '../../../formats/otlp/partial-success.js';
import { readRetryDelayMs } from '../../../formats/otlp/retry-info.js';
import { withoutHttp2 } from '../protocol.js';

/** The end of a call. */
export interface CallOutcome {
  /** Absent after status OK. */
  readonly error?: Pick<ServiceError, 'code' | 'details' | 'metadata'>;
  /** Response message of status OK. */
  readonly response?: Uint8Array;
  /** Reports whether a connection had been found for the call: if not, the server has not seen the request. */
  readonly sent: boolean;
  /** Reports whether the server sent headers. */
  readonly hasHeaders: boolean;
}

/** Status codes that may be retried. RESOURCE_EXHAUSTED may be retried if the server states when. */
const retryable: ReadonlySet<string> = new Set([
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** True if the server, and not the library, ended the call: the library reports a broken connection as a status, too. */
export function isAnswered({ error, hasHeaders }: CallOutcome): boolean {
  // A response without a message consists of trailers only, which include the content type.
  return error === undefined || hasHeaders || error.metadata.get('content-type').length > 0;
}

/**
 * Classifies the outcome.
 *
 * A failed attempt is ambiguous unless the request was not sent or the server throttles. UNAVAILABLE is ambiguous, unlike
 * HTTP 503: servers and proxies also send it when a connection behind them broke, for which HTTP has 502 and 504.
 *
 * @param statusOf returns the name of a status code.
 * @param url of an endpoint that may be wrong, because no call has been answered yet.
 */
export function readOutcome(
  outcome: CallOutcome,
  statusOf: (code: number) => string,
  withoutSecrets: (text: string) => string,
  url: URL | undefined,
): PostResult {
  const { error, response = new Uint8Array(), sent } = outcome;
  if (error === undefined) {
    if (readExportResponse(response) !== undefined) return { kind: 'accepted', body: response };
    return { kind: 'refused', reason: 'gRPC OK, but the message is not an OTLP response', status: 0 };
  }
  if (!sent) return { kind: 'failed', reason: connectionReason(error.details, url), ambiguous: false };
  const status = statusOf(error.code);
  const detail = reasonOf(withoutSecrets(error.details)).trim();
  const reason = `gRPC ${status}${detail === '' ? '' : `: ${detail}`}`;
  if (!isAnswered(outcome)) return { kind: 'failed', reason, ambiguous: true };
  const retryAfterMs = retryDelayOf(error);
  if (retryable.has(status)) return failed(reason, true, retryAfterMs);
  if (status === 'RESOURCE_EXHAUSTED' && retryAfterMs !== undefined) return failed(reason, false, retryAfterMs);
  return { kind: 'refused', reason, status: error.code };
}

function failed(reason: string, ambiguous: boolean, retryAfterMs: number | undefined): FailedPost {
  return { kind: 'failed', reason, ambiguous, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function retryDelayOf({ metadata }: NonNullable<CallOutcome['error']>): number | undefined {
  const [details] = metadata.get('grpc-status-details-bin');
  return details instanceof Uint8Array ? readRetryDelayMs(details) : undefined;
}

/** Returns the error of the connection without the words of the library around it, with the likely cause. */
function connectionReason(details: string, url: URL | undefined): string {
  const pattern = /^No connection established\. Last error: (?:Error: )?([\s\S]*?)(?:\.? Resolution note:[\s\S]*)?$/;
  const reason = reasonOf((pattern.exec(details)?.[1] ?? details).replace(/ \([\dT:.-]+Z\)$/, '').trim());
  if (url === undefined) return reason;
  if (reason === 'Failed to connect') return closedWithoutTls(url, reason);
  return withoutHttp2(url, reason) ?? withoutTls(url, reason) ?? reason;
}
