/** Admission of the attributes that a catalogue declares. */
import type { Attributes } from '@opentelemetry/api';
import type { AttributeType, AttributeTypes, AttributeValue } from '../../catalogue/attributes.js';
import { otherValue } from '../../model/instrument.js';
import type { Reject } from '../rejections.js';
import { type Admission, hasErrorType, widestOf } from './admission.js';
import { cutText, isReported } from './values.js';

/** Creates the admission of a metric with these attribute types. */
export function declaredAdmission(types: AttributeTypes): Admission {
  const rules = Object.entries(types).map(([key, type]) => ruleOf(key, type));
  // Attributes with few values first: the upper levels of the trie then have few maps.
  const keys = [...rules].sort((one, other) => one.type.limit - other.type.limit).map(({ key }) => key);
  const seenOf = new Map(rules.map(({ key, seen }) => [key, seen]));
  const errors = rules.flatMap(({ key, type }) =>
    (type.errors ?? []).length > 0 ? [{ key, values: new Set<unknown>(type.errors) }] : [],
  );
  const admitInto = (attributes: Attributes, reject: Reject, isObserved: boolean): Attributes => {
    const admitted: Attributes = {};
    // A misspelled key is also missing: one mistake.
    let isPartOfMistake = isReported(attributes);
    for (const key in attributes) {
      if (seenOf.has(key) || attributes[key] === undefined) continue;
      reject('attribute_undeclared', key, attributes);
      isPartOfMistake = true;
    }
    for (const rule of rules) {
      const { key, type } = rule;
      const value: unknown = attributes[key];
      if (value !== undefined && value !== null) {
        const hasPlaceFor = isObserved ? rule.hasPlaceForObserved : rule.hasPlaceFor;
        admitted[key] = admitDeclared(key, type, value, hasPlaceFor, reject);
      } else if (type.required) reject('attribute_missing', key, isPartOfMistake);
    }
    return admitted;
  };
  return {
    keys,
    mayBeError: errors.length > 0 || seenOf.has('error.type'),
    admit: (attributes, reject) => admitInto(attributes, reject, false),
    admitObserved: (attributes, reject) => admitInto(attributes, reject, true),
    settle(admitted, reject) {
      const settled: Attributes = { ...admitted };
      for (const rule of rules) {
        const value = admitted[rule.key];
        if (value === undefined || value === otherValue || !isLimited(rule.type)) continue;
        if (rule.hasPlaceFor(value as AttributeValue)) continue;
        reject('attribute_other', rule.key, value, rule.type);
        settled[rule.key] = otherValue;
      }
      return settled;
    },
    endObservations() {
      for (const { observed } of rules) observed.clear();
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

/** Reports whether only the limit bounds the values of a type. */
function isLimited({ kind, min }: AttributeType): boolean {
  return kind === 'text' || (kind === 'integer' && min === undefined);
}

/** Reports whether the limit of an attribute leaves room for a value. */
type HasPlaceFor = (value: AttributeValue) => boolean;

/** Attribute of a metric, and its values so far. */
interface Rule {
  readonly key: string;
  readonly type: AttributeType;
  /** Values of series. */
  readonly seen: Set<unknown>;
  /** Values without a series that the collection in progress observed. */
  readonly observed: Set<unknown>;
  readonly hasPlaceFor: HasPlaceFor;
  /** Takes the place as well. */
  readonly hasPlaceForObserved: HasPlaceFor;
}

function ruleOf(key: string, type: AttributeType): Rule {
  const seen = new Set<unknown>();
  const observed = new Set<unknown>();
  return {
    key,
    type,
    seen,
    observed,
    hasPlaceFor: (value) => seen.has(value) || seen.size < type.limit,
    hasPlaceForObserved(value) {
      if (seen.has(value) || observed.has(value)) return true;
      if (observed.size >= type.limit) return false;
      observed.add(value);
      return true;
    },
  };
}

function admitDeclared(
  key: string,
  type: AttributeType,
  value: unknown,
  hasPlaceFor: HasPlaceFor,
  reject: Reject,
): AttributeValue {
  // _OTHER does not count against the limit, and every attribute type admits it.
  if (value === otherValue) return otherValue;
  const replace = (reason: 'attribute_invalid' | 'attribute_other') => {
    reject(reason, key, value, type);
    return otherValue;
  };
  const withinLimit = (given: AttributeValue) => (hasPlaceFor(given) ? given : replace('attribute_other'));
  switch (type.kind) {
    case 'oneOf': {
      const text = textOf(value);
      return text !== undefined && type.values?.includes(text) ? text : replace('attribute_other');
    }
    case 'boolean': {
      const text = textOf(value);
      return text === 'true' || text === 'false' ? text === 'true' : replace('attribute_invalid');
    }
    case 'integer': {
      const number = integerOf(value);
      if (number === undefined) return replace('attribute_invalid');
      if (type.min === undefined) return withinLimit(number);
      return number >= type.min && number <= (type.max ?? type.min) ? number : replace('attribute_other');
    }
    case 'text': {
      const text = textOf(value);
      return text === undefined ? replace('attribute_invalid') : withinLimit(cutText(key, text, reject));
    }
  }
}

/** Returns the text of a single value; `undefined` for lists, objects and functions. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** Returns a safe integer, which may be given as a bigint or as its decimal text. */
function integerOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^(?:0|-?[1-9]\d{0,15})$/.test(value);
  const number = isText || typeof value === 'bigint' ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
