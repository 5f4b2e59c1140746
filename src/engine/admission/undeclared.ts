/** Admission of undeclared attributes: every attribute that OpenTelemetry allows, after the processors of a view. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Reject } from '../rejections.js';
import { type Admission, hasErrorType, widestOf } from './admission.js';
import { cutText } from './values.js';

/** Maximum number of attributes, and of items in a list (OpenTelemetry's default attribute count limit). */
const maxAttributes = 128;

/** Creates an admission without declared keys; `process` runs first. */
export function openAdmission(process?: (attributes: Attributes) => Attributes): Admission {
  const seen = new Map<string, Set<unknown>>();
  const admit = (given: Attributes, reject: Reject): Attributes => {
    const attributes = process === undefined ? given : processed(process, given, reject);
    const admitted: Attributes = {};
    let kept = 0;
    for (const name of Object.keys(attributes)) {
      const value = admitOpen(name, attributes[name], reject);
      if (value === undefined) continue;
      const key = cutText(name, name, reject);
      if (key === '' || key === '__proto__' || kept === maxAttributes) {
        reject('attribute_invalid', key);
        continue;
      }
      admitted[key] = value;
      kept++;
    }
    return admitted;
  };
  return {
    keys: undefined,
    mayBeError: true,
    admit,
    admitObserved: admit,
    settle: (admitted) => admitted,
    endObservations() {},
    keep(attributes) {
      for (const key in attributes) {
        const values = seen.get(key);
        if (values === undefined) seen.set(key, new Set([attributes[key]]));
        else values.add(attributes[key]);
      }
    },
    forget: () => seen.clear(),
    isError: hasErrorType,
    widest: () => widestOf(seen),
  };
}

/** Applies the processors of a view to a copy of the attributes; returns no attributes if a processor throws. */
function processed(process: (attributes: Attributes) => Attributes, given: Attributes, reject: Reject): Attributes {
  const copy = { ...given };
  try {
    return process(copy) ?? {};
  } catch {
    reject('attributes_unreadable');
    return {};
  }
}

function admitOpen(key: string, value: unknown, reject: Reject): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return cutText(key, value, reject);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'undefined':
      return undefined;
  }
  if (value === null) return undefined;
  if (Array.isArray(value) && value.length <= maxAttributes && value.every(isPrimitive)) {
    // A frozen copy: the items are part of the identity of the series.
    return Object.freeze(
      value.map((item) => (typeof item === 'string' ? cutText(key, item, reject) : item)),
    ) as AttributeValue;
  }
  reject('attribute_invalid', key);
  return undefined;
}

function isPrimitive(item: unknown): boolean {
  return item === null || ['undefined', 'string', 'number', 'boolean'].includes(typeof item);
}
