/**
 * Parser for the wait that a gRPC server asks for: `google.rpc.RetryInfo` in the trailer `grpc-status-details-bin`, which
 * holds a `google.rpc.Status` (OTLP specification, "OTLP/gRPC Throttling").
 */
import { fieldsOf } from '../protobuf-reader.js';

const statusField = { details: 3 } as const;
const anyField = { typeUrl: 1, value: 2 } as const;
const retryInfoField = { retryDelay: 1 } as const;
const durationField = { seconds: 1, nanos: 2 } as const;

/** Negative durations are encoded as numbers from this one on. */
const negative = 2 ** 63;

/** Returns the delay in milliseconds; `undefined` without a `RetryInfo` or if the bytes are invalid. */
export function readRetryDelayMs(status: Uint8Array): number | undefined {
  try {
    for (const detail of bytesOf(status, statusField.details)) {
      const [typeUrl = new Uint8Array()] = bytesOf(detail, anyField.typeUrl);
      const isRetryInfo = Buffer.from(typeUrl).toString('latin1').endsWith('/google.rpc.RetryInfo');
      if (!isRetryInfo) continue;
      const [info = new Uint8Array()] = bytesOf(detail, anyField.value);
      const [delay = new Uint8Array()] = bytesOf(info, retryInfoField.retryDelay);
      return numberOf(delay, durationField.seconds) * 1_000 + numberOf(delay, durationField.nanos) / 1e6;
    }
  } catch {
    // An invalid trailer asks for nothing.
  }
  return undefined;
}

function bytesOf(message: Uint8Array, field: number): Uint8Array[] {
  return fieldsOf(message).flatMap((found) => (found.field === field && found.bytes ? [found.bytes] : []));
}

function numberOf(message: Uint8Array, field: number): number {
  const number = fieldsOf(message).find((found) => found.field === field)?.number ?? 0;
  return number < negative ? number : 0;
}
