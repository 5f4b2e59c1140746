/** Admission of measured values, of attribute objects and of attribute text. */
import type { Attributes } from '@opentelemetry/api';
import { maxValueLength } from '../../model/instrument.js';
import { objectAsValue, type Reject } from '../rejections.js';

export const noAttributes: Attributes = Object.freeze({});

/** Marks attributes whose problem is logged: that attributes are missing is then part of the same mistake. */
const reported = Symbol('reported');

/** No attributes, because those given were reported. */
export const reportedAttributes: Attributes = Object.freeze({ [reported]: true });

/** Returns a copy of attributes whose problem is reported; no attributes if reading them throws. */
export function markReported(attributes: object | undefined): Attributes {
  try {
    return { ...attributes, ...reportedAttributes };
  } catch {
    return reportedAttributes;
  }
}

/** Reports whether a problem of these attributes is already reported. */
export function isReported(attributes: object): boolean {
  return reported in attributes;
}

/** Counts attributes that a call on a bound handle has, unless they are reported. */
export function rejectExtra(extra: unknown, reject: Reject): void {
  if (extra === undefined || extra === null) return;
  try {
    if (isReported(Object(extra))) return;
  } catch {
    // A proxy of the application threw.
  }
  reject('attributes_bound');
}

/** Returns the attributes of a recording; no attributes for a value that is not an object, which is counted. */
export function objectOf(given: unknown, reject: Reject): Attributes {
  if (typeof given === 'object' && given !== null) return given as Attributes;
  if (given === undefined || given === null) return noAttributes;
  reject('attributes_invalid', `a value of type ${typeof given}`);
  return reportedAttributes;
}

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
    reject('value_not_finite', describe(number));
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

function describe(value: unknown): string {
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  return typeof value === 'object' ? objectAsValue : `a value of type ${typeof value}`;
}
