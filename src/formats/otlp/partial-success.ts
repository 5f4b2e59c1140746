/**
 * Parser for `ExportMetricsServiceResponse.partial_success`: the points that an endpoint rejected in an accepted request
 * (OTLP specification, "Partial Success"). Such a request is never retried.
 */
import type { Answer } from '../../model/request.js';

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

interface Field {
  readonly field: number;
  readonly number?: number;
  readonly bytes?: Uint8Array;
}

/** @throws {RangeError} if the bytes are not a protobuf message. */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined || shift > 2 ** 63) throw new RangeError('the message ends within a number');
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > message.length) throw new RangeError('the message ends within a field');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        fields.push({ field, number: varint() });
        break;
      case 1:
        take(8);
        break;
      case 2:
        fields.push({ field, bytes: take(varint()) });
        break;
      case 5:
        take(4);
        break;
      default:
        throw new RangeError('the message has a field of an unknown type');
    }
  }
  return fields;
}
