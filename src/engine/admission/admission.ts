/** Admission: validates the attributes of a measurement and returns those of its series. */
import type { Attributes } from '@opentelemetry/api';
import type { Reject } from '../rejections.js';

/** Validates the attributes of measurements, and bounds the number of their values. */
export interface Admission {
  /** Declared keys, those with few values first; `undefined` if any key is allowed. */
  readonly keys: readonly string[] | undefined;
  /** True if some attribute set can be an error. */
  readonly mayBeError: boolean;
  /** Returns a new object of admitted attributes. Throws what reading `attributes` throws. */
  admit(attributes: Attributes, reject: Reject): Attributes;
  /**
   * Admits observed attributes before it is known which series end with this collection. Values without a series are
   * limited among themselves only; `settle` then applies the limits exactly.
   */
  admitObserved(attributes: Attributes, reject: Reject): Attributes;
  /** Applies the limits of values to attributes from `admitObserved`, once the series that ended are forgotten. */
  settle(admitted: Attributes, reject: Reject): Attributes;
  /** Ends a collection: forgets the values that `admitObserved` admitted. */
  endObservations(): void;
  /** Counts the values of a new series against the limits of their attributes. */
  keep(attributes: Attributes): void;
  /** Resets the limits of all attributes. */
  forget(): void;
  /** True if the attributes mark an error: series of errors have a reserved part of the cardinality limit. */
  isError(attributes: Attributes): boolean;
  /** Returns the attribute with the most values, which is the likely cause of too many series. */
  widest(): WidestAttribute | undefined;
}

/** Key of an attribute and its number of values. */
export interface WidestAttribute {
  readonly key: string;
  readonly values: number;
}

/** True if `error.type` is present and not empty (OpenTelemetry semantic conventions). */
export function hasErrorType(attributes: Attributes): boolean {
  const type = attributes['error.type'];
  return type !== undefined && type !== '';
}

/** Returns the key with the most values. */
export function widestOf(seen: ReadonlyMap<string, ReadonlySet<unknown>>): WidestAttribute | undefined {
  let widest: WidestAttribute | undefined;
  for (const [key, { size }] of seen) if (size > (widest?.values ?? 0)) widest = { key, values: size };
  return widest;
}
