/** What a recording may carry: attributes as declared and finite numbers. Everything else is counted by reason. */
import type { Attributes } from '@opentelemetry/api';
import { otherValue } from '../model/instrument.js';
import type { AttributeType, AttributeTypes, AttributeValue } from './attributes.js';
import type { Reject } from './rejections.js';

/** Longer texts are cut to this. */
export const maxValueLength = 4_096;

/** Turns the attributes of a measurement into those of its series. */
export interface Admission {
  /** The keys that a series may have, narrow ones first; `undefined` when any may. */
  readonly keys: readonly string[] | undefined;
  /** Whether any series may tell of failure. */
  readonly mayBeError: boolean;
  /** A new object of admitted attributes. Throws what reading `attributes` throws. */
  admit(attributes: Attributes, reject: Reject): Attributes;
  /** A series of these attributes exists from now on, so their values have their place. */
  keep(attributes: Attributes): void;
  /** Forgets which values have a place. */
  forget(): void;
  /** Whether a series of these attributes tells of failure. */
  isError(attributes: Attributes): boolean;
  /** The attribute with the most values, which is to blame when there are too many series. */
  widest(): WidestAttribute | undefined;
}

/** An attribute, and how many values it has. */
export interface WidestAttribute {
  readonly key: string;
  readonly values: number;
}

/** Admission by declared attribute types. */
export function declaredAdmission(types: AttributeTypes): Admission {
  const rules = Object.entries(types).map(([key, type]) => ({ key, type, seen: new Set<unknown>() }));
  // Narrow attributes first: maps by them are few, and memory goes where the values are.
  const keys = [...rules].sort((one, other) => one.type.limit - other.type.limit).map(({ key }) => key);
  const seenOf = new Map(rules.map(({ key, seen }) => [key, seen]));
  const errors = rules.flatMap(({ key, type }) =>
    (type.errors ?? []).length > 0 ? [{ key, values: new Set<unknown>(type.errors) }] : [],
  );
  return {
    keys,
    mayBeError: errors.length > 0 || seenOf.has('error.type'),
    admit(attributes, reject) {
      const admitted: Attributes = {};
      for (const { key, type, seen } of rules) {
        const value: unknown = attributes[key];
        if (value !== undefined && value !== null) admitted[key] = admitDeclared(key, type, value, seen, reject);
        else if (type.required) reject('attribute_missing', key);
      }
      for (const key in attributes) {
        if (!seenOf.has(key) && attributes[key] !== undefined) reject('attribute_undeclared', key);
      }
      return admitted;
    },
    keep(attributes) {
      for (const { key, seen } of rules) {
        const value = attributes[key];
        if (value !== undefined && value !== otherValue) seen.add(value);
      }
    },
    forget() {
      for (const { seen } of rules) seen.clear();
    },
    isError: (attributes) => hasErrorType(attributes) || errors.some(({ key, values }) => values.has(attributes[key])),
    widest: () => widestOf(seenOf),
  };
}

/** Whether `error.type` says that something failed (OpenTelemetry semantic conventions). */
export function hasErrorType(attributes: Attributes): boolean {
  const type = attributes['error.type'];
  return type !== undefined && type !== '';
}

/** The key with the most values. */
export function widestOf(seen: ReadonlyMap<string, ReadonlySet<unknown>>): WidestAttribute | undefined {
  let widest: WidestAttribute | undefined;
  for (const [key, { size }] of seen) if (size > (widest?.values ?? 0)) widest = { key, values: size };
  return widest;
}

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

function admitDeclared(
  key: string,
  type: AttributeType,
  value: unknown,
  seen: ReadonlySet<unknown>,
  reject: Reject,
): AttributeValue {
  const beyond = (reason: 'attribute_invalid' | 'attribute_other') => {
    reject(reason, key);
    return otherValue;
  };
  /** Whether a value is one of the first that the attribute had. */
  const within = (given: AttributeValue) =>
    seen.has(given) || seen.size < type.limit ? given : beyond('attribute_other');
  switch (type.kind) {
    case 'oneOf':
      return type.values?.includes(value as string) === true ? (value as string) : beyond('attribute_other');
    case 'boolean':
      return typeof value === 'boolean' ? value : beyond('attribute_invalid');
    case 'integer':
      if (!Number.isSafeInteger(value)) return beyond('attribute_invalid');
      if (type.min === undefined) return within(value as number);
      return (value as number) >= type.min && (value as number) <= (type.max ?? type.min)
        ? (value as number)
        : beyond('attribute_other');
    case 'text':
      if (typeof value === 'string') return within(cutText(key, value, reject));
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
        return within(String(value));
      return beyond('attribute_invalid');
  }
}
