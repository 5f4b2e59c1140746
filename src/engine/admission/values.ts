/** Admission of measured values and of attribute text. */
import { maxValueLength } from '../../model/instrument.js';
import type { Reject } from '../rejections.js';

/** The text, cut to what may be kept. */
export function cutText(key: string, text: string, reject: Reject): string {
  if (text.length <= maxValueLength) return text;
  reject('attribute_cut', key);
  // Written and read again: a slice would keep the whole text in memory.
  return JSON.parse(JSON.stringify(text.slice(0, maxValueLength))) as string;
}

/**
 * The value as a finite number that is not below `smallest`, or `undefined` when it must be dropped.
 *
 * `bigint` is accepted up to 2^53.
 */
export function admitValue(value: unknown, smallest: number, reject: Reject): number | undefined {
  const number = typeof value === 'bigint' && value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    reject('value_not_finite');
    return undefined;
  }
  if (number >= smallest) return number;
  reject('value_negative');
  return undefined;
}
