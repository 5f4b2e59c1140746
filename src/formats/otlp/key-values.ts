/** Encodes attributes as OTLP `KeyValue` and `AnyValue` messages (common/v1). */
import type { Attributes } from '@opentelemetry/api';
import type { ProtobufWriter } from '../protobuf-writer.js';
import { keyValueField, listField, valueField } from './fields.js';

/** Integers from this limit on do not fit `int64`. */
const int64Limit = 2 ** 63;

/** Writes each attribute as a field with this number, in the order of the object. */
export function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const pair = writer.open(field);
    writer.text(keyValueField.key, key);
    writeValue(writer, keyValueField.value, attributes[key]);
    writer.close(pair);
  }
}

/** Writes a value. Types that OTLP lacks are sent as an empty `AnyValue`, as the specification requires for null. */
function writeValue(writer: ProtobufWriter, field: number, value: unknown): void {
  const any = writer.open(field);
  if (typeof value === 'string') writer.text(valueField.string, value);
  else if (typeof value === 'boolean') writer.int(valueField.bool, value ? 1 : 0);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (value instanceof Uint8Array) writer.bytes(valueField.bytes, value);
  else if (Array.isArray(value)) {
    const list = writer.open(valueField.array);
    for (const item of value) writeValue(writer, listField.value, item);
    writer.close(list);
  } else if (typeof value === 'object' && value !== null) {
    const list = writer.open(valueField.keyValues);
    writeAttributes(writer, listField.value, value as Attributes);
    writer.close(list);
  }
  writer.close(any);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (isInt64(value)) writer.int(valueField.int, value);
  else writer.double(valueField.double, value);
}

/** Reports whether a number is sent as `int64`; the remaining numbers are sent as `double`. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -int64Limit && value < int64Limit;
}
