/** Lookup of series: equal attributes give the same series, different attributes give different series, at any number of series. */
import fc from 'fast-check';
import { boolean, counter, integer, optional, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { withMetric } from './metric.js';

const limit = 5_000;
const keys = ['a', 'b', 'c', 'd'];

/** Texts of similar length, beginning and end, other texts, and no value. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 700 }).map((id) => `worker-${id}.example.com`),
  fc.integer({ min: 0, max: 99 }).map((id) => `${String(id).padStart(2, '0')}-end`),
  fc.string({ maxLength: 3 }),
  fc.constantFrom('', 'GET', 'POST'),
  fc.constant(undefined),
);

describe.each([true, false])('declared: %s', (declared) => {
  test.each([1, 2, 3, 4])('%i keys: one series per attribute set', async (width) => {
    const attributeSet = fc.tuple(...keys.slice(0, width).map(() => value));
    await fc.assert(
      fc.asyncProperty(fc.array(attributeSet, { maxLength: 900, size: 'max' }), async (sets) => {
        const { instrument, points } = counterOf(declared, width);
        const expected = new Map<string, number>();
        for (const [round, set] of [...sets, ...sets].entries()) {
          const attributes = Object.fromEntries(
            set.flatMap((given, at) => (given === undefined ? [] : [[keys[at], given]])),
          );
          instrument.add(round + 1, attributes as never);
          const identity = identityOf(attributes);
          expected.set(identity, (expected.get(identity) ?? 0) + round + 1);
        }
        expect(new Map((await points()).map(({ attributes, value }) => [identityOf(attributes), value]))).toEqual(
          expected,
        );
      }),
      { numRuns: 15 },
    );
  });
});

test('integers and booleans of declared attributes have separate series', async () => {
  const definition = counter({
    name: 'm_total',
    unit: '1',
    description: 'M.',
    attributes: { status: integer({ limit: 900 }), cached: boolean() },
    cardinalityLimit: limit,
  });
  const { meter, reader, name, options } = withMetric(definition);
  const instrument = meter.createCounter(name, options);
  for (let round = 0; round < 2; round++) {
    for (let status = 0; status < 600; status++) instrument.add(status, { status, cached: status % 2 === 0 });
  }
  const points = await reader.points();
  expect(points).toHaveLength(600);
  expect(points.map(({ value }) => value)).toEqual(points.map(({ attributes }) => 2 * (attributes.status as number)));
});

describe('undeclared attributes', () => {
  const known = { a: 'x' };
  const withUndeclared = { a: 'x', undeclared: 1 };

  function start() {
    const { instrument, points, provider } = counterOf(true, 1);
    return { instrument, points, undeclared: () => provider.rejections.attribute_undeclared };
  }

  test('are counted at every recording after the first detection', () => {
    const { instrument, undeclared } = start();
    instrument.add(1, withUndeclared as never);
    for (let more = 0; more < 1_000; more++) instrument.add(1, withUndeclared as never);
    for (let more = 0; more < 1_000; more++) instrument.add(1, known);
    instrument.add(1, withUndeclared as never);
    expect(undeclared()).toBe(1_002);
  });

  test('are detected again after each collection', async () => {
    const { instrument, undeclared, points } = start();
    for (let more = 0; more < 1_000; more++) instrument.add(1, known);
    await points();
    instrument.add(1, withUndeclared as never);
    for (let more = 0; more < 1_000; more++) instrument.add(1, known);
    instrument.add(1, withUndeclared as never);
    expect(undeclared()).toBe(2);
  });

  test('never create a series', async () => {
    const { instrument, points } = start();
    for (let more = 0; more < 1_000; more++) instrument.add(1, { a: 'x', undeclared: more } as never);
    expect(await points()).toMatchObject([{ attributes: known, value: 1_000 }]);
  });
});

function counterOf(declared: boolean, width: number) {
  const names = keys.slice(0, width);
  const attributes = Object.fromEntries(names.map((key) => [key, optional(text({ limit }))]));
  const definition = counter({ name: 'm_total', unit: '1', description: 'M.', attributes, cardinalityLimit: limit });
  const { meter, reader, provider, name, options } = withMetric(definition);
  const instrument = meter.createCounter(name, declared ? options : {});
  return { instrument, points: () => reader.points(), provider };
}

function identityOf(attributes: object): string {
  return JSON.stringify(Object.entries(attributes).sort());
}
