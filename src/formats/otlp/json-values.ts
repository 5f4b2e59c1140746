/**
 * Values in OTLP's JSON encoding: protobuf's JSON mapping, except that trace and span identifiers are hexadecimal and
 * enumerations are numbers.
 */
import type { Attributes } from '@opentelemetry/api';
import { highWord, type UnixNanoseconds } from './int64.js';
import { isInt64 } from './key-values.js';

/** Returns a JSON string. Receivers reject lone surrogates, which become U+FFFD as in UTF-8. */
export function jsonText(text: string): string {
  return JSON.stringify(text.replace(/\p{Cs}/gu, '\uFFFD'));
}

/** Returns a `double`. JSON has no number for NaN and the infinities, which are strings. */
export function jsonDouble(value: number): string {
  if (value - value !== 0) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : `${value}`;
}

/** Returns an `int64`, truncated like the fixed-length field of protobuf. */
export function jsonInt(value: number): string {
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? `"${whole + 0}"` : `"${BigInt.asIntN(64, bitsOf(whole))}"`;
}

/**
 * Returns a count. The specification encodes a `uint64` as a string and accepts both forms; the JavaScript SDK sends
 * numbers, and some receivers know no other form.
 */
export function jsonCount(value: number): string {
  return Number.isSafeInteger(value) ? `${value}` : `"${bitsOf(value)}"`;
}

/** Returns a time in nanoseconds. */
export function jsonTime({ low, high }: UnixNanoseconds): string {
  return `"${join(low, high)}"`;
}

/** Returns a list of `KeyValue`, in the order of the object. */
export function jsonAttributes(attributes: Attributes): string {
  const pairs = Object.keys(attributes).map((key) => `{"key":${jsonText(key)},"value":${jsonValue(attributes[key])}}`);
  return `[${pairs.join()}]`;
}

/** Returns an `AnyValue`. Types that OTLP lacks are empty, as the specification requires for null. */
function jsonValue(value: unknown): string {
  if (typeof value === 'string') return `{"stringValue":${jsonText(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  if (typeof value === 'number') {
    return isInt64(value) ? `{"intValue":"${BigInt(value)}"}` : `{"doubleValue":${jsonDouble(value)}}`;
  }
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`;
  if (Array.isArray(value)) return `{"arrayValue":{"values":[${Array.from(value, jsonValue).join()}]}}`;
  if (typeof value === 'object' && value !== null) {
    return `{"kvlistValue":{"values":${jsonAttributes(value as Attributes)}}}`;
  }
  return '{}';
}

function bitsOf(value: number): bigint {
  return join(value >>> 0, highWord(value));
}

function join(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
