/** What a recording may carry: attributes as declared and finite numbers. Everything else is counted by reason. */
import type { Attributes } from '@opentelemetry/api';
import { type InstrumentKind, otherValue } from '../model/instrument.js';
import type { AttributeType, AttributeTypes, AttributeValue } from './attributes.js';

/** Why something given to a recording call was not kept as it was. */
export type RejectionReason =
  /** The value was no number, NaN or infinite; the measurement was dropped. */
  | 'value_not_finite'
  /** A counter was given a negative value; the measurement was dropped. */
  | 'value_negative'
  /** An attribute that the metric does not declare was left out. */
  | 'attribute_undeclared'
  /** An attribute's value was of a kind that it does not take, and became `_OTHER`; or reading it threw, and it was left out. */
  | 'attribute_invalid'
  /** An attribute's value was cut to 4,096 characters. */
  | 'attribute_cut';

/** How often each reason occurred. */
export type RejectionCounts = Record<RejectionReason, number>;

/** All reasons at zero. */
export function noRejections(): RejectionCounts {
  return { value_not_finite: 0, value_negative: 0, attribute_undeclared: 0, attribute_invalid: 0, attribute_cut: 0 };
}

const maxValueLength = 4096;

/** Makes attribute objects admissible; never throws, never returns the object it was given. */
export type AttributeAdmission = (attributes: unknown) => Attributes;

/** The admission of one metric's attributes, with its own memory of the values that free text has taken. */
export function admitAttributes(types: AttributeTypes, counts: RejectionCounts): AttributeAdmission {
  const rules = Object.entries(types).map(([key, type]) => ({ key, admit: valueRule(type, counts) }));
  const declared = new Set(Object.keys(types));
  return (attributes) => {
    const admitted: Attributes = {};
    if (typeof attributes !== 'object' || attributes === null) return admitted;
    // The application's object may be a proxy or hold getters: whatever they throw stays here.
    try {
      for (const { key, admit } of rules) {
        const value = (attributes as Record<string, unknown>)[key];
        if (value !== undefined && value !== null) admitted[key] = admit(value);
      }
      for (const key in attributes) if (!declared.has(key)) counts.attribute_undeclared++;
    } catch {
      counts.attribute_invalid++;
    }
    return admitted;
  };
}

/**
 * The value as a finite number, or `undefined` when it must be dropped.
 *
 * `bigint` is accepted up to 2^53; counters take no negative values.
 */
export function admitValue(value: unknown, kind: InstrumentKind, counts: RejectionCounts): number | undefined {
  const number = typeof value === 'bigint' && value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    counts.value_not_finite++;
    return undefined;
  }
  if (number < 0 && (kind === 'counter' || kind === 'observableCounter')) {
    counts.value_negative++;
    return undefined;
  }
  return number;
}

type ValueRule = (value: unknown) => AttributeValue;

function valueRule(type: AttributeType, counts: RejectionCounts): ValueRule {
  const invalid = () => {
    counts.attribute_invalid++;
    return otherValue;
  };
  switch (type.kind) {
    case 'oneOf': {
      const values = new Set<unknown>(type.values);
      return (value) => (values.has(value) ? (value as string) : otherValue);
    }
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : invalid());
    case 'integer': {
      const within =
        type.min === undefined ? firstSeen<number>(type.limit) : betweenBounds(type.min, type.max ?? type.min);
      return (value) => (Number.isSafeInteger(value) ? within(value as number) : invalid());
    }
    case 'text': {
      const within = firstSeen<string>(type.limit);
      return (value) => {
        if (typeof value === 'string') {
          if (value.length <= maxValueLength) return within(value);
          counts.attribute_cut++;
          return within(value.slice(0, maxValueLength));
        }
        if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
          return within(String(value));
        return invalid();
      };
    }
  }
}

function firstSeen<V extends AttributeValue>(limit: number): (value: V) => AttributeValue {
  const seen = new Set<V>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= limit) return otherValue;
    seen.add(value);
    return value;
  };
}

function betweenBounds(min: number, max: number): (value: number) => AttributeValue {
  return (value) => (value >= min && value <= max ? value : otherValue);
}
