/**
 * Parser for `ExportMetricsServiceResponse` and its `partial_success`: the points that an endpoint rejected in an accepted
 * request (OTLP specification, "Partial Success"). Such a request is never retried.
 */
import type { Answer } from '../../model/request.js';
import { fieldsOf } from '../protobuf-reader.js';

/**
 * Reads a response in protobuf or JSON, whichever it is: some servers answer in JSON to protobuf requests. No protobuf
 * message is a JSON object, because `{` is not a valid first byte. An empty response is a full success in both encodings.
 *
 * Returns `undefined` if the bytes are not an `ExportMetricsServiceResponse`.
 */
export function readExportResponse(response: Uint8Array): Answer | undefined {
  try {
    const text = Buffer.from(response).toString('utf8').trim();
    return text.startsWith('{') ? readJson(JSON.parse(text)) : readProtobuf(response);
  } catch {
    return undefined;
  }
}

const nothing: Answer = { rejectedPoints: 0, message: '' };

/** @throws {RangeError} if the bytes are not a protobuf message. */
function readProtobuf(response: Uint8Array): Answer {
  const partial = fieldsOf(response).find(({ field, bytes }) => field === 1 && bytes !== undefined)?.bytes;
  if (partial === undefined) return nothing;
  let rejectedPoints = 0;
  let message = '';
  for (const { field, number, bytes } of fieldsOf(partial)) {
    if (field === 1 && number !== undefined) rejectedPoints = number;
    if (field === 2 && bytes !== undefined) message = Buffer.from(bytes).toString('utf8');
  }
  return { rejectedPoints, message };
}

/** Unknown fields are ignored. 64-bit numbers may be strings (protobuf JSON mapping). */
function readJson({ partialSuccess }: { partialSuccess?: unknown }): Answer | undefined {
  if (partialSuccess === undefined || partialSuccess === null) return nothing;
  if (typeof partialSuccess !== 'object' || Array.isArray(partialSuccess)) return undefined;
  const { rejectedDataPoints, errorMessage } = partialSuccess as {
    rejectedDataPoints?: number | string | null;
    errorMessage?: string | null;
  };
  const rejectedPoints = Number(rejectedDataPoints ?? 0);
  if (!Number.isSafeInteger(rejectedPoints)) return undefined;
  if (errorMessage !== undefined && errorMessage !== null && typeof errorMessage !== 'string') return undefined;
  return { rejectedPoints, message: errorMessage ?? '' };
}
