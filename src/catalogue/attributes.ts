/**
 * Attribute types: what values an attribute of a metric may take. They bound the number of series and type the
 * recording calls. Plain data; `admission.ts` applies them to what is recorded.
 */

/** A value that OpenTelemetry accepts for an attribute of a metric of ours. */
export type AttributeValue = string | number | boolean;

/** Which values an attribute takes. Made by `oneOf`, `text`, `integer`, `boolean`, and `optional` around them. */
export interface AttributeType<V extends AttributeValue = AttributeValue, R extends boolean = boolean> {
  readonly kind: 'oneOf' | 'text' | 'integer' | 'boolean';
  /** Whether every recording must give the attribute. */
  readonly required: R;
  /** Most distinct values that get series of their own; whatever else is recorded becomes `_OTHER`. */
  readonly limit: number;
  /** The values of `oneOf`, in the order declared. */
  readonly values?: readonly string[];
  /** Those of `values` that mean failure: room is kept for their series when a metric reaches its limit. */
  readonly errors?: readonly string[];
  /** Inclusive bounds of `integer({ min, max })`. */
  readonly min?: number;
  readonly max?: number;
  /** Carries `V` for the compiler; never present at run time. */
  readonly '~value'?: V;
}

/** The attributes of one metric, by key. */
export type AttributeTypes = Readonly<Record<string, AttributeType>>;

/** A value of `oneOf` that means failure. Made by `asError`. */
export interface ErrorValue<V extends string> {
  readonly error: V;
}

/**
 * An attribute with a fixed set of values; anything else that is recorded becomes `_OTHER`.
 *
 * @example
 * import { asError, oneOf } from 'otelier';
 * const outcome = oneOf('ok', 'cached', asError('failed'));
 */
export function oneOf<const V extends string>(...values: readonly (V | ErrorValue<V>)[]): AttributeType<V, true> {
  const names = values.map((value) => (typeof value === 'object' && value !== null ? value.error : value));
  const errors = values.flatMap((value) => (typeof value === 'object' && value !== null ? [value.error] : []));
  return Object.freeze({
    kind: 'oneOf',
    required: true,
    limit: names.length,
    values: Object.freeze(names),
    errors: Object.freeze(errors),
  });
}

/** Marks a value of `oneOf` as a failure, so that its series keep a place when the metric reaches its limit. */
export function asError<const V extends string>(value: V): ErrorValue<V> {
  return Object.freeze({ error: value });
}

/**
 * Free text with at most `limit` distinct values (100 by default): the first ones seen keep their own series, later
 * ones become `_OTHER` for this attribute only.
 */
export function text(options: { readonly limit?: number } = {}): AttributeType<string, true> {
  return Object.freeze({ kind: 'text', required: true, limit: options.limit ?? 100 });
}

/**
 * A whole number, either within `min` and `max` (inclusive) or with at most `limit` distinct values (100 by default);
 * anything else becomes `_OTHER`.
 */
export function integer(
  options: { readonly min: number; readonly max: number } | { readonly limit?: number } = {},
): AttributeType<number, true> {
  if ('min' in options) {
    const { min, max } = options;
    return Object.freeze({ kind: 'integer', required: true, limit: max - min + 1, min, max });
  }
  return Object.freeze({ kind: 'integer', required: true, limit: options.limit ?? 100 });
}

/** `true` or `false`. */
export function boolean(): AttributeType<boolean, true> {
  return Object.freeze({ kind: 'boolean', required: true, limit: 2 });
}

/** The same attribute, which a recording may leave out. */
export function optional<V extends AttributeValue>(type: AttributeType<V>): AttributeType<V, false> {
  return Object.freeze({ ...type, required: false });
}

/** The attribute object that recordings of a metric with attribute types `A` take. */
export type AttributesOf<A extends AttributeTypes> = {
  readonly [K in keyof A as A[K] extends AttributeType<AttributeValue, true> ? K : never]: ValueOf<A[K]>;
} & {
  readonly [K in keyof A as A[K] extends AttributeType<AttributeValue, true> ? never : K]?: ValueOf<A[K]> | undefined;
};

type ValueOf<T> = T extends { readonly '~value'?: infer V } ? Exclude<V, undefined> : never;

/** The last parameter of a recording call: absent without attributes, optional when all of them are. */
export type AttributesArgument<A extends AttributeTypes> = keyof A extends never
  ? []
  : Record<never, never> extends AttributesOf<A>
    ? [attributes?: AttributesOf<A>]
    : [attributes: AttributesOf<A>];
