/**
 * Parser for `ExportMetricsServiceResponse.partial_success`: the points that an endpoint rejected in an accepted request
 * (OTLP specification, "Partial Success"). Such a request is never retried.
 */
import type { Answer } from '../../model/request.js';
import { fieldsOf } from '../protobuf-reader.js';

const nothing: Answer = { rejectedPoints: 0, message: '' };

/** Reads a protobuf response. An invalid response counts as full success. */
export function readPartialSuccess(response: Uint8Array): Answer {
  try {
    const partial = fieldsOf(response).find(({ field }) => field === 1)?.bytes;
    if (partial === undefined) return nothing;
    let rejectedPoints = 0;
    let message = '';
    for (const { field, number, bytes } of fieldsOf(partial)) {
      if (field === 1 && number !== undefined) rejectedPoints = number;
      if (field === 2 && bytes !== undefined) message = Buffer.from(bytes).toString('utf8');
    }
    return { rejectedPoints, message };
  } catch {
    return nothing;
  }
}

/** Reads a JSON response. An invalid response counts as full success. 64-bit numbers may be strings (protobuf JSON mapping). */
export function readJsonPartialSuccess(response: Uint8Array): Answer {
  try {
    const { partialSuccess } = JSON.parse(Buffer.from(response).toString('utf8')) as {
      partialSuccess?: { rejectedDataPoints?: number | string; errorMessage?: unknown };
    };
    const rejectedPoints = Number(partialSuccess?.rejectedDataPoints ?? 0);
    const message = partialSuccess?.errorMessage;
    return {
      rejectedPoints: Number.isSafeInteger(rejectedPoints) ? rejectedPoints : 0,
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return nothing;
  }
}
