/** Admission of measured values and of attribute text. */
import { maxValueLength } from '../../model/instrument.js';
import type { Reject } from '../rejections.js';

/** Returns a key or a value of an attribute, truncated to the maximum length of both. */
export function cutText(key: string, text: string, reject: Reject): string {
  if (text.length <= maxValueLength) return text;
  reject('attribute_cut', key);
  // Serialized and parsed again, because V8 keeps the whole text in memory for a slice of it.
  return JSON.parse(JSON.stringify(text.slice(0, maxValueLength))) as string;
}

/**
 * Returns the value as a finite number of at least `smallest`, or `undefined` if it must be dropped.
 *
 * `bigint` is accepted up to 2^53.
 */
export function admitValue(value: unknown, smallest: number, reject: Reject): number | undefined {
  const number = typeof value === 'bigint' && value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    reject('value_not_finite', typeof number === 'number' ? String(number) : `a value of type ${typeof value}`);
    return undefined;
  }
  if (number >= smallest) return number;
  reject('value_negative', String(number));
  return undefined;
}

/**
 * Returns a measured value without its fraction, as the SDK of OpenTelemetry records instruments of the value type INT.
 *
 * Values that `admitValue` refuses, of which `smallest` is the limit, are returned as given.
 */
export function wholeValue(value: unknown, smallest: number, reject: Reject): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value) || Number.isInteger(value) || value < smallest) return value;
  reject('value_fraction', String(value));
  return Math.trunc(value);
}
