/**
 * Callbacks usually observe the same attributes in the same order, which the engine uses. Whatever the order, the result is
 * that of the same observations with a further key whose value is `undefined`, of which the engine reads every key.
 */
import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { type observableCounter, oneOf, optional, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { observableMakers as makers, observableMethods as methods, withMetric } from './metric.js';

const types = { key: text({ limit: 3 }), mode: oneOf('a', 'b'), more: optional(text({ limit: 2 })) };

type Observation = readonly [attributes: Attributes, value: number];

/** Returns a function that makes one collection of these observations. */
function engineOf(kind: keyof typeof makers, delta: boolean, change: (attributes: Attributes) => Attributes) {
  const make = makers[kind] as typeof observableCounter;
  const { meter, reader, name, options, provider } = withMetric(
    make({ name: 'm', unit: '1', description: 'M.', attributes: types } as never),
    { delta },
  );
  let observed: readonly Observation[] = [];
  meter[methods[kind]](name, options).addCallback((result) => {
    for (const [attributes, value] of observed) result.observe(value, change(attributes));
  });
  return async (observations: readonly Observation[]) => {
    observed = observations;
    const points = await reader.points();
    return {
      points: points.map(({ attributes, value, time }) => ({ attributes: { ...attributes }, value, time })),
      rejections: { ...provider.rejections },
    };
  };
}

const read = (attributes: Attributes): Attributes => ({ ...attributes, unused: undefined });
const observation = fc.tuple(
  fc.record(
    {
      key: fc.constantFrom<unknown>('k0', 'k1', 'k2', 'k3', '_OTHER', 1, undefined, null),
      mode: fc.constantFrom<unknown>('a', 'b', 'c', undefined),
      more: fc.constantFrom<unknown>('x', 'y', 'z', undefined),
      undeclared: fc.constant<unknown>('u'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Attributes>,
  fc.integer({ min: 0, max: 9 }),
);
/** Few changes between two collections: most are repeated. */
const collections = fc
  .tuple(fc.array(observation, { maxLength: 8 }), fc.array(fc.array(observation, { maxLength: 2 }), { maxLength: 5 }))
  .map(([first, changes]) => [first, ...changes.map((added, index) => [...first.slice(index % 3), ...added])]);

describe.each(Object.keys(makers) as (keyof typeof makers)[])('an %s', (kind) => {
  test.each([false, true])('exports the same in every order (delta: %s)', async (delta) => {
    await fc.assert(
      fc.asyncProperty(collections, async (steps) => {
        const usual = engineOf(kind, delta, (attributes) => attributes);
        const careful = engineOf(kind, delta, read);
        for (const step of steps) expect(await usual(step)).toEqual(await careful(step));
      }),
      { numRuns: 150 },
    );
  });
});

test.each<[name: string, attributes: () => Attributes, expected: Attributes]>([
  ['inherits its attributes', () => Object.create({ key: 'k', mode: 'a', more: 'x' }), {}],
  [
    'throws when it is read',
    () => ({
      mode: 'a',
      more: 'x',
      get key(): string {
        throw new Error('no key');
      },
    }),
    {},
  ],
])('an object that %s is not taken for that of the last collection', async (_, attributes, expected) => {
  const collect = engineOf('observableGauge', false, (given) => given);
  await collect([[{ key: 'k', mode: 'a', more: 'x' }, 1]]);
  const { points } = await collect([[attributes(), 2]]);
  expect(points.map((point) => point.attributes)).toEqual([expected]);
});
