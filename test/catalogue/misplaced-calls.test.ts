/** Recording calls on definitions, catalogues and the running metrics: the error names the instrument. */
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  type MetricsError,
  oneOf,
  startMetrics,
  stateSet,
} from 'otelier';
import { expect, test } from 'vitest';

const described = { unit: '1', description: 'It.' };
const define = () =>
  defineCatalogue({
    orders: counter({ ...described, name: 'shop.orders', attributes: { channel: oneOf('web', 'app') } }),
    wait: histogram({ ...described, name: 'shop.wait', buckets: [1] }),
    stock: gauge({ ...described, name: 'shop.stock' }),
    build: info({ name: 'shop.build.info', description: 'Build.' }),
    phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['open', 'closed'] }),
    metrics: counter({ ...described, name: 'shop.metrics' }),
    toString: counter({ ...described, name: 'shop.to.string' }),
    status: counter({ ...described, name: 'shop.status' }),
  });

// biome-ignore lint/suspicious/noExplicitAny: calls that the types do not allow.
type Untyped = any;

function start(catalogue = define()) {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ isolated: true, environment, catalogues: { shop: catalogue } });
  return { metrics: metrics as Untyped, shop: catalogue as Untyped };
}

/** Returns the code and the problem of an error that the call throws. */
function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    const { code, problems } = error as MetricsError;
    return `${code} ${problems.map(({ where, expected }) => `${where} ${expected}`).join()}`;
  }
  return 'nothing';
}

test.each<[title: string, call: (started: ReturnType<typeof start>) => unknown, problem: string]>([
  [
    'a definition',
    ({ shop }) => shop.definitions.orders.add(1),
    'shop.orders: add() metrics.shop.orders.add(value, attributes)',
  ],
  ['a catalogue', ({ shop }) => shop.orders.add(1), 'shop.orders: add() metrics.shop.orders.add(value, attributes)'],
  [
    'the running metrics',
    ({ metrics }) => metrics.orders.add(1),
    'shop.orders: add() metrics.shop.orders.add(value, attributes)',
  ],
  [
    'a call of prom-client',
    ({ metrics }) => metrics.orders.inc(),
    'shop.orders: inc() metrics.shop.orders.add(1, attributes)',
  ],
  [
    'labels()',
    ({ shop }) => shop.orders.labels('web').inc(),
    'shop.orders: labels() metrics.shop.orders.bind(attributes)',
  ],
  ['a histogram', ({ shop }) => shop.wait.record(1), 'shop.wait: record() metrics.shop.wait.record(value, attributes)'],
  [
    'a call of another kind',
    ({ shop }) => shop.stock.dec(),
    'shop.stock: dec() an upDownCounter and add(-1, attributes)',
  ],
  ['an info metric', ({ metrics }) => metrics.build.set(), 'shop.build.info: set() metrics.shop.build.set(attributes)'],
  [
    'a state set',
    ({ metrics }) => metrics.phase.set('open'),
    'shop.phase: set() metrics.shop.phase.set(state, attributes)',
  ],
])('%s as an instrument', (_, call, problem) => {
  const started = start();
  expect(errorOf(() => call(started))).toBe(`METRICS_NOT_AN_INSTRUMENT ${problem}`);
});

test('before a start, the error names instrumentsOf(); without a catalogue, startMetrics()', () => {
  const catalogue = define() as Untyped;
  expect(errorOf(() => catalogue.orders.add(1))).toBe(
    'METRICS_NOT_AN_INSTRUMENT shop.orders: add() instrumentsOf(catalogue).orders.add(value, attributes)',
  );
  const alone = counter({ ...described, name: 'alone' }) as Untyped;
  expect(errorOf(() => alone.add(1))).toBe(
    'METRICS_NOT_AN_INSTRUMENT alone: add() add(value, attributes) of the instrument that startMetrics({ catalogues }) returns',
  );
});

test('the properties of catalogues, definitions and metrics are as before', () => {
  const { metrics, shop } = start();
  expect(Object.keys(shop)).toEqual(['definitions', 'metrics', 'scope']);
  expect(Array.isArray(shop.metrics)).toBe(true);
  expect(String(shop)).toBe('[object Object]');
  expect(typeof metrics.status).toBe('function');
  expect(Object.keys(metrics)).not.toContain('orders');
  expect(typeof metrics[Symbol.asyncDispose]).toBe('function');
  expect(Object.isFrozen(metrics) && Object.isFrozen(shop) && Object.isFrozen(shop.definitions.orders)).toBe(true);
  expect(Object.keys(shop.definitions.orders)).toEqual(['unit', 'description', 'name', 'attributes', 'kind']);
});
