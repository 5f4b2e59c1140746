/** Encodes exemplars as OTLP `Exemplar` messages. */
import type { Exemplar } from '../../model/points.js';
import type { ProtobufWriter } from '../protobuf-writer.js';
import { exemplarField } from './fields.js';
import { highWord, UnixNanoseconds } from './int64.js';
import { writeAttributes } from './key-values.js';

/** Identifiers of OpenTelemetry in hexadecimal. Receivers reject identifiers of another length. */
export const traceIdPattern = /^[0-9a-f]{32}$/i;
export const spanIdPattern = /^[0-9a-f]{16}$/i;

const time = new UnixNanoseconds();

/**
 * Writes the exemplars of a point.
 *
 * @param field the field of the point that holds exemplars.
 * @param int true if the instrument declares integers; a value with a fraction is still sent as a double.
 */
export function writeExemplars(
  writer: ProtobufWriter,
  exemplars: readonly Exemplar[],
  field: number,
  int: boolean,
): void {
  for (const { value, timeUnixMs, traceId, spanId, filteredAttributes } of exemplars) {
    const { low, high } = time.set(timeUnixMs);
    const begin = writer.open(field);
    writer.fixed64(exemplarField.time, low, high);
    if (int && Number.isInteger(value)) writer.fixed64(exemplarField.int, value >>> 0, highWord(value));
    else writer.double(exemplarField.double, value);
    if (spanId !== undefined && spanIdPattern.test(spanId)) writer.bytes(exemplarField.spanId, bytesOf(spanId));
    if (traceId !== undefined && traceIdPattern.test(traceId)) writer.bytes(exemplarField.traceId, bytesOf(traceId));
    writeAttributes(writer, exemplarField.filteredAttribute, filteredAttributes);
    writer.close(begin);
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
