/**
 * Attribute types: the allowed values of a metric's attributes. They bound the number of series and give recording calls
 * their types. They are plain data; `engine/admission/` applies them to measurements.
 */

import { renderValue } from '../errors.js';
import { isOptions, wrongCall } from './wrong-call.js';

/** Value of an attribute of a catalogue metric. */
export type AttributeValue = string | number | boolean;

/** Type of an attribute, created by `oneOf`, `text`, `integer` or `boolean`, and made optional by `optional`. */
export interface AttributeType<V extends AttributeValue = AttributeValue, R extends boolean = boolean> {
  readonly kind: 'oneOf' | 'text' | 'integer' | 'boolean';
  /** True if every recording must include the attribute. */
  readonly required: R;
  /** Maximum number of distinct values with separate series. Further values become `_OTHER`. */
  readonly limit: number;
  /** Values of `oneOf`, in declaration order. */
  readonly values?: readonly string[];
  /** Subset of `values` that marks errors. A part of the metric's cardinality limit is reserved for their series. */
  readonly errors?: readonly string[];
  /** Inclusive bounds of `integer({ min, max })`. */
  readonly min?: number;
  readonly max?: number;
  /** Carries `V` for the type checker; absent at run time. */
  readonly '~value'?: V;
}

/** Attribute types of one metric, by key. */
export interface AttributeTypes {
  readonly [key: string]: AttributeType;
}

/** Attribute types of a metric without attributes. */
export type NoAttributes = Record<never, never>;

/** Value of `oneOf` that marks an error, created by `asError`. */
export interface ErrorValue<V extends string> {
  readonly error: V;
}

/**
 * Declares an attribute with a fixed set of values: one or more different, non-empty strings. Any other recorded value
 * becomes `_OTHER`.
 *
 * @example
 * import { asError, oneOf } from 'otelier';
 * const outcome = oneOf('ok', 'cached', asError('failed'));
 */
export function oneOf<const V extends string>(...values: readonly (V | ErrorValue<V>)[]): AttributeType<V, true> {
  const [first] = values;
  if (Array.isArray(first)) return wrongCall(`${callOfOneOf(first)}, or oneOf(...list)`, 'oneOf', first);
  const names = values.map((value) => (isErrorValue(value) ? value.error : value));
  const errors = values.flatMap((value) => (isErrorValue(value) ? [value.error] : []));
  return Object.freeze({
    kind: 'oneOf',
    required: true,
    limit: names.length,
    values: Object.freeze(names),
    errors: Object.freeze(errors),
  });
}

/** Returns the call of `oneOf` for a list of values, shortened. */
export function callOfOneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, 3).map((value) => renderValue(value, 20));
  return `oneOf(${shown.join(', ')}${values.length > shown.length ? ', ...' : ''})`;
}

function isErrorValue<V extends string>(value: V | ErrorValue<V>): value is ErrorValue<V> {
  return isOptions(value) && 'error' in value;
}

/**
 * Marks a value of `oneOf` as an error. 10 % of the metric's cardinality limit is reserved for series of errors.
 *
 * @example
 * const outcome = oneOf('paid', asError('declined'));
 */
export function asError<const V extends string>(value: V): ErrorValue<V> {
  return Object.freeze({ error: value });
}

/**
 * Declares a text attribute with at most `limit` distinct values, an integer from 1 on (100 by default). Further values
 * become `_OTHER`, for this attribute only.
 *
 * @example
 * const region = text({ limit: 20 });
 */
export function text(options: { readonly limit?: number } = {}): AttributeType<string, true> {
  return isOptions(options) ? limited('text', options) : wrongCall(withLimit('text', options), 'text', options);
}

/**
 * Declares an integer attribute, either from `min` to `max` (inclusive) or with at most `limit` distinct values (100 by
 * default). Any other value becomes `_OTHER`.
 *
 * @example
 * const shelf = integer({ min: 1, max: 40 });
 * const port = integer({ limit: 10 });
 */
export function integer(
  options: { readonly min: number; readonly max: number } | { readonly limit?: number } = {},
): AttributeType<number, true> {
  if (!isOptions(options))
    return wrongCall(`integer({ min: 1, max: 40 }) or ${withLimit('integer', options)}`, 'integer', options);
  const { min, max } = options as { readonly min?: number; readonly max?: number };
  if (min === undefined || max === undefined) return limited('integer', options as { readonly limit?: number });
  return Object.freeze({ ...options, kind: 'integer', required: true, limit: max - min + 1, min, max });
}

/** Keeps options of any name and type: `defineCatalogue` reports the wrong ones. */
function limited<V extends AttributeValue>(
  kind: 'text' | 'integer',
  options: { readonly limit?: number },
): AttributeType<V, true> {
  return Object.freeze({ ...options, kind, required: true, limit: options.limit ?? 100 });
}

function withLimit(maker: string, argument: unknown): string {
  return `${maker}({ limit: ${typeof argument === 'number' ? argument : 20} })`;
}

/**
 * Declares a boolean attribute.
 *
 * @example
 * const gift = boolean();
 */
export function boolean(): AttributeType<boolean, true> {
  return Object.freeze({ kind: 'boolean', required: true, limit: 2 });
}

/**
 * Makes an attribute optional: recordings may omit it.
 *
 * @example
 * const region = optional(text({ limit: 20 }));
 */
export function optional<V extends AttributeValue>(type: AttributeType<V>): AttributeType<V, false> {
  return isOptions(type)
    ? Object.freeze({ ...type, required: false })
    : wrongCall('optional() of a type such as optional(text())', 'optional', type);
}

/** Constrains `A` to attribute values. Not a record: an interface has no index signature. */
export type AttributeValues<A> = { readonly [K in keyof A]?: AttributeValue | undefined };

/** Attributes of recordings to a metric with attribute types `A`: `{ outcome: 'paid' | 'declined'; region?: string }`. */
export type AttributesOf<A extends AttributeTypes> = Flat<
  {
    -readonly [K in keyof A as A[K] extends AttributeType<AttributeValue, true> ? K : never]: ValueOf<A[K]>;
  } & {
    -readonly [K in keyof A as A[K] extends AttributeType<AttributeValue, true> ? never : K]?:
      | ValueOf<A[K]>
      | undefined;
  }
>;

type ValueOf<T> = T extends { readonly '~value'?: infer V } ? Exclude<V, undefined> : never;

/** Same object type, which compilers and editors print as a literal, without names of types. */
export type Flat<T> = T extends infer O ? { [K in keyof O]: O[K] } : never;

/** Last parameter of a recording call: absent without attributes, optional if all attributes are optional. */
export type AttributesArgument<A> = keyof A extends never
  ? []
  : Record<never, never> extends A
    ? [attributes?: A]
    : [attributes: A];
