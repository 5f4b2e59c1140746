/** Values that untyped code may pass to a verb instead of its arguments. None of them may make it throw. */
import fc from 'fast-check';

function fail(): never {
  throw new Error('hostile');
}

const traps = { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail };
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

/** Values that cannot be read: each access throws. */
export const unreadable: readonly [name: string, value: unknown][] = [
  ['a proxy that throws', new Proxy({}, traps)],
  ['a proxy of a function that throws', new Proxy(() => {}, { ...traps, apply: fail })],
  ['a revoked proxy', revoked],
];

/** Values that are not objects: an event must be an object. */
export const primitives: readonly [name: string, value: unknown][] = [
  ['null', null],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a negative number', -1.5],
  ['a number above 100', 101.5],
  ['a large number', 2 ** 60],
  ['a bigint', 5n],
  ['a large bigint', -(10n ** 40n)],
  ['true', true],
  ['an empty text', ''],
  ['a large text', 'x'.repeat(200_000)],
  ['a lone surrogate', '\ud800'],
  ['a symbol', Symbol('hostile')],
  ['a function', () => 5],
];

/** Objects that are no events, or have no usable properties. */
const objects: readonly [name: string, value: unknown][] = [
  ['a list', [1, 2]],
  ['a map', new Map([['a', 1]])],
  ['an invalid date', new Date(Number.NaN)],
  ['a promise', Promise.resolve(1)],
  ['an object without a prototype', Object.create(null)],
  ['an object that cannot be printed', { toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail }],
  ['an object whose properties throw', Object.defineProperty({}, 'ok', { get: fail, enumerable: true })],
  ['a thenable that throws', Object.defineProperty({}, 'then', { get: fail })],
  ['an iterable that throws', { [Symbol.iterator]: fail }],
  ['a name of every object', '__proto__'],
  ['another name of every object', 'constructor'],
];

export const hostile = [...unreadable, ...primitives, ...objects, ['nothing', undefined] as const];

/** Valid fields of an event by name; a nested event is an object. */
export type Shape = { readonly [field: string]: unknown };

/**
 * Returns functions that return a valid argument with one name replaced: a text, or the keys of a record of numbers.
 * Each field of an event is also replaced without the error of the event: a pack may record the names of successes only.
 */
export function renamings(valid: unknown): ((name: string) => unknown)[] {
  if (typeof valid === 'string') return [(name) => name];
  if (typeof valid !== 'object' || valid === null) return [];
  const { errorType: _, errorCode: __, ...successful } = valid as Shape;
  const isRecord = Object.values(valid).length > 0 && Object.values(valid).every((value) => typeof value === 'number');
  return [
    ...(isRecord ? [(name: string) => ({ [name]: 1 })] : []),
    ...[valid as Shape, successful].flatMap((event) =>
      Object.entries(event).flatMap(([field, value]) =>
        renamings(value).map((renamed) => (name: string) => ({ ...event, [field]: renamed(name) })),
      ),
    ),
  ];
}

/** How to build an argument. Arguments are built by the test: a property reads the values that it generates. */
export type Plan =
  | { readonly hostile: string }
  | { readonly value: unknown }
  | { readonly fields: Readonly<Record<string, Plan>>; readonly throwing?: string };

/** Builds the argument of a plan. */
export function build(plan: Plan): unknown {
  if ('value' in plan) return plan.value;
  if ('hostile' in plan) return hostile.find(([name]) => name === plan.hostile)?.[1];
  const event = Object.fromEntries(Object.entries(plan.fields).map(([field, of]) => [field, build(of)]));
  const { throwing } = plan;
  return throwing === undefined ? event : Object.defineProperty(event, throwing, { get: fail, enumerable: true });
}

/** Any value: hostile, or of any type and depth. */
export const anyValue: fc.Arbitrary<Plan> = fc.oneof(
  { arbitrary: fc.record({ hostile: fc.constantFrom(...hostile.map(([name]) => name)) }), weight: 3 },
  fc.record({ value: fc.anything({ maxDepth: 2 }) }),
);

/** Arguments like a valid one: an event each field of which is valid, hostile or absent; and any value. */
export function argumentLike(valid: unknown): fc.Arbitrary<Plan> {
  if (typeof valid !== 'object' || valid === null) {
    const value = typeof valid === 'number' ? fc.integer({ min: 0, max: 50 }) : fc.constant(valid);
    return fc.oneof({ arbitrary: fc.record({ value }), weight: 2 }, anyValue);
  }
  const like = Object.entries(valid).map(([field, of]) => [field, argumentLike(of)]);
  const fields = fc.record(Object.fromEntries(like), { requiredKeys: [] }) as fc.Arbitrary<Record<string, Plan>>;
  return fc.oneof(
    { arbitrary: fc.record({ fields }), weight: 6 },
    fc.record({ fields, throwing: fc.constantFrom(...Object.keys(valid), 'more') }),
    anyValue,
  );
}
