import { diag } from '@opentelemetry/api';
import {
  boolean,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  integer,
  type MetricsError,
  observableCounter,
  oneOf,
  optional,
  type SumOptions,
  startMetrics,
  text,
} from 'otelier';
import { expect, test } from 'vitest';

function thrownBy(act: () => unknown): MetricsError {
  try {
    act();
  } catch (error) {
    return error as MetricsError;
  }
  throw new Error('expected an error');
}

test.each<[string, Partial<SumOptions>, string]>([
  ['a value that is not boolean', { startAtZero: 'yes' as never }, 'got "yes", expected true or false'],
  [
    'an attribute with an open set of values',
    { startAtZero: true, attributes: { user: text() } },
    'got true, expected attributes that are all oneOf(), or false',
  ],
  [
    'more series than the limit leaves room for',
    { startAtZero: true, cardinalityLimit: 4, attributes: { a: oneOf('1', '2'), b: oneOf('1', '2') } },
    'got true, expected at most 3 series instead of 4, or a higher cardinalityLimit',
  ],
])('reports startAtZero with %s', (_, options, message) => {
  const define = () => defineCatalogue({ a: counter({ name: 'a', unit: '1', description: 'A.', ...options }) });
  expect(thrownBy(define).message).toContain(`a.startAtZero: ${message}`);
});

test('startAtZero is no option of gauges and observable instruments', () => {
  const options = { name: 'a', unit: '1', description: 'A.', startAtZero: true };
  for (const make of [gauge, observableCounter]) {
    expect(thrownBy(() => defineCatalogue({ a: make(options) })).message).toContain('a.startAtZero');
  }
});

test('reports all problems of a catalogue in one error', () => {
  const error = thrownBy(() =>
    defineCatalogue({
      a: counter({ name: '1st', unit: 'seconds', description: '' }),
      b: histogram({ name: 'b', unit: 's', description: 'B.', buckets: [1, 1], cardinalityLimit: 0 }),
      c: gauge({ name: 'c', unit: '1', description: 'C.', attributes: { x: text({ limit: 0 }), '': oneOf('y') } }),
      d: gauge({
        name: 'd',
        unit: '1',
        description: 'D.',
        attributes: { x: oneOf('y', 'y'), z: integer({ min: 2, max: 1 }) },
      }),
      // @ts-expect-error: not a definition
      e: { name: 'e' },
      // @ts-expect-error: unknown option
      f: counter({ name: 'f', unit: '1', description: 'F.', bucket: [1] }),
      g: histogram({
        name: 'g',
        unit: '1',
        description: 'G.',
        buckets: [1],
        aggregation: 'exponential',
        expireAfter: -1,
      }),
    }),
  );
  expect(error.code).toBe('METRICS_CATALOGUE_INVALID');
  expect(error.problems.map(({ where }) => where)).toEqual([
    'a.name',
    'a.unit',
    'a.description',
    'b.cardinalityLimit',
    'b.buckets',
    'c.attributes.x.limit',
    'c.attributes.',
    'd.attributes.x',
    'd.attributes.z',
    'e',
    'f.bucket',
    'g.expireAfter',
    'g.buckets',
  ]);
  expect(error.message).toContain('a.unit: got "seconds", expected a UCUM unit');
  expect(error.message).toContain("did you mean 's'?");
});

test.each([
  ['equal names', 'a.b', 'a.b'],
  ['names that differ in case', 'a.b', 'A.b'],
  ['names that are equal in Prometheus', 'a.b', 'a_b'],
  ['a name with and without _total', 'a', 'a_total'],
])('rejects %s', (_, first, second) => {
  const error = thrownBy(() =>
    defineCatalogue({
      one: counter({ name: first, unit: '1', description: 'One.' }),
      two: counter({ name: second, unit: '1', description: 'Two.' }),
    }),
  );
  expect(error.problems).toHaveLength(1);
  expect(error.message).toContain('two.name');
  expect(error.message).toContain("'one' has the same one");
});

const metric = { unit: '1', description: 'A metric.' };
test.each([
  ['a gauge and a counter', gauge({ name: 'a', ...metric }), counter({ name: 'a', ...metric })],
  [
    'a gauge that has the name of the samples of a counter',
    counter({ name: 'a', ...metric }),
    gauge({ name: 'a.total', ...metric }),
  ],
  [
    'a gauge that has the name of a counter without _total',
    counter({ name: 'a_total', ...metric }),
    gauge({ name: 'a', ...metric }),
  ],
])('rejects %s', (_, one, two) => {
  for (const definitions of [
    { one, two },
    { one: two, two: one },
  ]) {
    expect(thrownBy(() => defineCatalogue(definitions)).problems).toHaveLength(1);
  }
});

test('accepts two gauges whose names differ in _total, as those of prom-client do', () => {
  const definitions = { one: gauge({ name: 'a', ...metric }), two: gauge({ name: 'a_total', ...metric }) };
  expect(defineCatalogue(definitions).metrics).toHaveLength(2);
});

test('startMetrics rejects two catalogues that define the same name', () => {
  const one = defineCatalogue({ orders: counter({ name: 'orders', unit: '1', description: 'Orders.' }) });
  const two = defineCatalogue({ sales: counter({ name: 'Orders', unit: '1', description: 'Orders again.' }) });
  const error = thrownBy(() => startMetrics({ isolated: true, environment: {}, catalogues: { one, two } }));
  expect(error.code).toBe('METRICS_DUPLICATE_NAME');
  expect(error.message).toContain('two.sales: got "Orders"');
  expect(error.message).toContain("'one.orders' already has it");
});

const orders = { name: 'orders', unit: '1', description: 'Orders.', attributes: { channel: oneOf('web', 'app') } };

test.each([
  ['nothing', {}, {}, undefined],
  ['the default scope, given by name', {}, { scope: { name: 'otelier' } }, undefined],
  ['the name of the scope', {}, { scope: { name: 'shop' } }, 'METRICS_DUPLICATE_NAME'],
  ['the version of the scope', {}, { scope: { name: 'otelier', version: '2' } }, 'METRICS_DUPLICATE_NAME'],
  ['the unit', { unit: '{order}' }, {}, 'METRICS_DUPLICATE_NAME'],
  ['the description', { description: 'Orders again.' }, {}, 'METRICS_DUPLICATE_NAME'],
  ['the values of an attribute', { attributes: { channel: oneOf('web') } }, {}, 'METRICS_DUPLICATE_NAME'],
  ['an additional attribute', { attributes: { ...orders.attributes, id: text() } }, {}, 'METRICS_DUPLICATE_NAME'],
  ['the limit', { cardinalityLimit: 10 }, {}, 'METRICS_DUPLICATE_NAME'],
] as const)('a metric in two catalogues that differ in %s', async (_, changes, options, code) => {
  const one = defineCatalogue({ orders: counter(orders) });
  const two = defineCatalogue({ orders: counter({ ...orders, ...changes }) }, options);
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const start = () => startMetrics({ isolated: true, environment, catalogues: { one, two } });
  if (code === undefined) await start().shutdown();
  else expect(thrownBy(start).code).toBe(code);
});

test.each([
  ['name', 255, (length: number) => ({ name: 'x'.repeat(length) })],
  ['unit', 63, (length: number) => ({ unit: `{${'x'.repeat(length - 2)}}` })],
  ['attributes', 255, (length: number) => ({ attributes: { ['x'.repeat(length)]: text() } })],
] as const)('%s: accepts %i characters and no more', (option, longest, changes) => {
  const define = (length: number) => defineCatalogue({ a: counter({ ...orders, ...changes(length) }) });
  expect(() => define(longest)).not.toThrow();
  expect(thrownBy(() => define(longest + 1)).problems.map(({ where }) => where.split('.')[1])).toEqual([option]);
});

const letters = [...'abcdefghijk'] as [string, ...string[]];

test.each([
  ['text of 10 values', text({ limit: 10 }), undefined],
  ['text of 11 values', text({ limit: 11 }), 11],
  ['text by default', text(), 100],
  ['integers of 10 values', integer({ limit: 10 }), undefined],
  ['integers of 11 values', integer({ limit: 11 }), 11],
  ['integers from 1 to 10', integer({ min: 1, max: 10 }), undefined],
  ['integers from 0 to 10', integer({ min: 0, max: 10 }), 11],
  ['one of 11 values', oneOf(...letters), 11],
  ['a boolean', boolean(), undefined],
  ['an optional text of 11 values', optional(text({ limit: 11 })), 11],
] as const)('an attribute with more values than its metric has series is reported: %s', async (_, id, values) => {
  const messages: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => messages.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  const catalogue = defineCatalogue({ a: counter({ ...orders, attributes: { id }, cardinalityLimit: 10 }) });
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  await startMetrics({ isolated: true, environment, catalogues: { catalogue } }).shutdown();
  diag.disable();
  const expected = 'expected a limit of at most 10, the cardinalityLimit of the metric';
  expect(messages).toEqual(values === undefined ? [] : [`orders, attribute id: got ${values}, ${expected}`]);
});

test('joins a namespace with the separator of the name', () => {
  const { metrics } = defineCatalogue(
    {
      dotted: counter({ name: 'shop.orders', unit: '1', description: 'Dotted.' }),
      plain: counter({ name: 'task_latency_ms', unit: 'ms', description: 'Plain.' }),
    },
    { namespace: 'lazybird' },
  );
  expect(metrics.map(({ name }) => name)).toEqual(['lazybird.shop.orders', 'lazybird_task_latency_ms']);
});

test('rejects an invalid namespace', () => {
  expect(thrownBy(() => defineCatalogue({}, { namespace: '9x' })).problems[0]?.where).toBe('namespace');
});

test('freezes a catalogue', () => {
  const catalogue = defineCatalogue({ orders: counter({ name: 'orders', unit: '1', description: 'Orders.' }) });
  expect(Object.isFrozen(catalogue)).toBe(true);
  expect(Object.isFrozen(catalogue.metrics[0])).toBe(true);
  expect(Object.isFrozen(catalogue.definitions.orders)).toBe(true);
});

test('reports problems whose values cannot be serialized', () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  // @ts-expect-error: name is not a string
  const error = thrownBy(() => defineCatalogue({ a: counter({ name: circular, unit: 10n, description: 'A.' }) }));
  expect(error.message).toContain('a.name: got an object (Object)');
  expect(error.message).toContain('a.unit: got 10n');
});
