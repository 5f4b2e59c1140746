/** What turns the attributes of a measurement into the attributes of its series. */
import type { Attributes } from '@opentelemetry/api';
import type { Reject } from '../rejections.js';

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
