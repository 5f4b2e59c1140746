/**
 * Parser for `ExportMetricsServiceResponse` and its `partial_success`: the points that an endpoint rejected in an accepted
 * request (OTLP specification, "Partial Success"). Such a request is never retried.
 */
import type { Answer } from '../../model/request.js';
import { fieldsOf } from '../protobuf-reader.js';

/**
 * Reads a response in protobuf or JSON, whichever it is: some servers answer in JSON to protobuf requests. An empty
 * response is a full success in both encodings.
 *
 * Returns `undefined` if the bytes are not an `ExportMetricsServiceResponse`.
 */
export function readExportResponse(response: Uint8Array): Answer | undefined {
  try {
    const text = Buffer.from(response).toString('utf8').trim();
    if (response.length === 0) return { rejectedPoints: 0, message: '' };
    if (text.startsWith('{')) return readJson(JSON.parse(text));
    return isText(text) ? undefined : readProtobuf(response);
  } catch {
    return undefined;
  }
}

/** True for an object of JSON that has the field of an `ExportMetricsServiceResponse`. */
export function isExportResponse(fields: Readonly<Record<string, unknown>>): boolean {
  return 'partialSuccess' in fields || 'partial_success' in fields;
}

/**
 * True if a response is text or white space. Texts such as `123456789` are protobuf as well, with unknown fields only.
 * Fields 1 and 2 of both messages begin with control characters, so no known response is text.
 */
function isText(text: string): boolean {
  return /^[^\p{Cc}\ufffd]*$/u.test(text.replace(/[\t\n\r]/g, ''));
}

/**
 * Returns `undefined` if a known field has another type. Unknown fields are ignored.
 *
 * @throws {RangeError} if the bytes are not a protobuf message.
 */
function readProtobuf(response: Uint8Array): Answer | undefined {
  const found = fieldsOf(response).filter(({ field }) => field === 1);
  let rejectedPoints = 0;
  let message = '';
  for (const { bytes: partial } of found) {
    if (partial === undefined) return undefined;
    for (const { field, number, bytes } of fieldsOf(partial)) {
      if (field === 1) {
        if (number === undefined) return undefined;
        // A negative `int64`, which says nothing.
        rejectedPoints = number < 2 ** 63 ? number : 0;
      } else if (field === 2) {
        if (bytes === undefined) return undefined;
        message = Buffer.from(bytes).toString('utf8');
      }
    }
  }
  return { rejectedPoints, message };
}

/**
 * Reads both spellings of the fields, as parsers of protobuf do. Unknown fields are ignored, and 64-bit numbers may be
 * strings (protobuf JSON mapping).
 */
function readJson(response: Readonly<Record<string, unknown>>): Answer | undefined {
  const partial = response.partialSuccess ?? response.partial_success ?? {};
  if (typeof partial !== 'object' || Array.isArray(partial)) return undefined;
  const fields = partial as Readonly<Record<string, unknown>>;
  const rejected = fields.rejectedDataPoints ?? fields.rejected_data_points ?? 0;
  const message = fields.errorMessage ?? fields.error_message ?? '';
  if (!/^-?\d+$/.test(String(rejected)) || typeof message !== 'string') return undefined;
  // The field is signed; a negative count says nothing, and the request was accepted.
  return { rejectedPoints: Math.max(0, Number(rejected)), message };
}
