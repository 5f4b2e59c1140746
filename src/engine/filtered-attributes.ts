/** Attributes that an exemplar keeps: those of its measurement that the series does not have. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { maxValueLength } from '../model/instrument.js';
import { openAdmission } from './admission/undeclared.js';

const none: Attributes = Object.freeze({});
const admission = openAdmission();
const ignore = () => {};

/**
 * Returns the attributes of a measurement that differ from those of its series (OpenTelemetry metrics SDK, "Exemplar"):
 * undeclared keys, keys that a view removed, and original values that became `_OTHER`.
 *
 * Values are cut as those of series are. Their text is limited in total too, so that the exemplars of a series are
 * bounded in memory.
 */
export function filteredAttributes(given: Attributes | undefined, kept: Attributes): Attributes {
  if (given == null) return none;
  try {
    let filtered: Attributes | undefined;
    let room = maxValueLength;
    for (const [key, value] of Object.entries(admission.admit(given, ignore))) {
      const length = textLength(value);
      if (isKept(value, kept[key]) || length > room) continue;
      filtered ??= {};
      filtered[key] = value;
      room -= length;
    }
    return filtered === undefined ? none : Object.freeze(filtered);
  } catch {
    // A getter threw; the measurement itself is recorded.
    return none;
  }
}

/** Reports whether a series has a value, unchanged or as text: declared texts also accept numbers. */
function isKept(value: AttributeValue | undefined, kept: AttributeValue | undefined): boolean {
  if (Object.is(value, kept)) return true;
  if (kept === undefined) return false;
  return Array.isArray(value) ? JSON.stringify(value) === JSON.stringify(kept) : String(value) === kept;
}

function textLength(value: AttributeValue | undefined): number {
  return typeof value === 'string' ? value.length : Array.isArray(value) ? JSON.stringify(value).length : 0;
}
