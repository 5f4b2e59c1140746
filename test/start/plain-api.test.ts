/** Warnings about the plain OpenTelemetry API: instruments that were created too early, and later registrations. */
import { Script } from 'node:vm';
import { type Attributes, createNoopMeter, diag, metrics as otelMetrics } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });

let logged: string[] = [];
let stop: (() => Promise<unknown>) | undefined;
beforeEach(() => {
  logged = [];
  const ignore = () => undefined;
  const log = (message: string) => logged.push(message);
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore });
});
afterEach(async () => {
  await stop?.();
  otelMetrics.disable();
  diag.disable();
});

function start(isolated = false) {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop }, isolated });
  stop = metrics.shutdown;
  return { metrics, collect };
}

/** Calls `add` from a file of another package. */
function addFrom(file: string, instrument: { add(value: number, attributes?: Attributes): void }) {
  const add = new Script('function report(instrument) { instrument.add(1); } report', { filename: file });
  add.runInThisContext()(instrument);
}

/** Creates the four synchronous instruments, by kind. */
function instruments() {
  const meter = otelMetrics.getMeter('app');
  const [histogram, gauge] = [meter.createHistogram('h'), meter.createGauge('g')];
  return {
    counter: meter.createCounter('c'),
    'up-down counter': meter.createUpDownCounter('u'),
    histogram: { add: (value: number) => histogram.record(value) },
    gauge: { add: (value: number) => gauge.record(value) },
  };
}

test.each(['counter', 'up-down counter', 'histogram', 'gauge'] as const)(
  'a recording of a %s that was created before the start is reported once, with its position',
  (kind) => {
    const early = instruments();
    start();
    early[kind].add(1);
    for (const instrument of Object.values(early)) instrument.add(1);
    expect(logged).toEqual([
      expect.stringMatching(
        // A long path to the repository is cut at its start.
        new RegExp(`^OpenTelemetry API: an? ${kind} recorded at (?:…|/).*/plain-api\\.test\\.ts:\\d+ was created `),
      ),
    ]);
    expect(logged[0]).toMatch(/start first \(--import otelier\/register\)$/);
  },
);

test('a recording before the start is not reported, nor one of a later instrument', async () => {
  const early = instruments();
  early.counter.add(1);
  const { metrics, collect } = start();
  for (const instrument of Object.values(instruments())) instrument.add(1);
  metrics.shop.orders.add(1);
  expect((await collect()).find(({ name }) => name === 'shop.orders')?.value).toBe(1);
  expect(logged).toEqual([]);
});

test('metrics of an SDK about itself are not reported', () => {
  const { counter } = instruments();
  start();
  counter.add(1, { 'otel.component.name': 'batching_span_processor/0' });
  for (const name of ['sdk-logs', 'otlp-exporter-base', 'exporter-zipkin']) {
    addFrom(`/app/node_modules/@opentelemetry/${name}/build/src/x.js`, counter);
  }
  addFrom('C:\\app\\node_modules\\@opentelemetry\\sdk-logs\\x.js', counter);
  expect(logged).toEqual([]);
});

test('a lost recording is reported among recordings of an SDK', () => {
  const { counter } = instruments();
  start();
  for (let call = 0; call < 100; call++) addFrom('/app/node_modules/@opentelemetry/sdk-logs/x.js', counter);
  for (let call = 0; call < 100; call++) addFrom('/app/node_modules/@hono/otel/dist/index.js', counter);
  expect(logged).toEqual([expect.stringContaining('modules/@hono/otel/dist/index.js:1 was created')]);
});

test('attributes that throw do not make a lost recording throw', () => {
  const { counter } = instruments();
  start();
  const hostile = new Proxy({}, { ownKeys: () => expect.fail('not caught') });
  counter.add(1, hostile);
  expect(logged).toHaveLength(1);
});

test('isolated metrics and metrics beside another provider do not watch the API', () => {
  const early = instruments();
  start(true);
  early.counter.add(1);
  expect(logged).toEqual([]);
  otelMetrics.setGlobalMeterProvider({ getMeter: () => createNoopMeter() });
  start();
  early.counter.add(1);
  expect(logged).toEqual([expect.stringMatching(/^another MeterProvider is registered globally/)]);
});

test('a shutdown restores the API', async () => {
  const noop = createNoopMeter();
  const { metrics } = start();
  expect(Object.hasOwn(noop.createCounter(''), 'add')).toBe(true);
  expect(Object.hasOwn(otelMetrics, 'setGlobalMeterProvider')).toBe(true);
  await metrics.shutdown();
  expect(Object.hasOwn(noop.createCounter(''), 'add')).toBe(false);
  expect(Object.hasOwn(otelMetrics, 'setGlobalMeterProvider')).toBe(false);
  expect(otelMetrics.setGlobalMeterProvider({ getMeter: () => noop })).toBe(true);
  noop.createCounter('').add(1);
  expect(logged).toEqual([]);
});

test('a method that other code replaced later is kept by a shutdown', async () => {
  const noop = createNoopMeter().createCounter('');
  const { metrics } = start();
  const theirs = () => undefined;
  noop.add = theirs;
  await metrics.shutdown();
  expect(noop.add).toBe(theirs);
  delete (noop as { add?: unknown }).add;
});

const other = { getMeter: () => createNoopMeter() };

test('a second provider is refused with one warning instead of a stack trace', () => {
  start();
  const ours = otelMetrics.getMeterProvider();
  expect(otelMetrics.setGlobalMeterProvider(other)).toBe(false);
  expect(otelMetrics.getMeterProvider()).toBe(ours);
  expect(logged).toEqual([
    expect.stringMatching(
      /^OpenTelemetry API: a second MeterProvider was refused \(.*\/plain-api\.test\.ts:\d+\): .*OTELIER_METRICS_EXPORTER/,
    ),
  ]);
  expect(otelMetrics.setGlobalMeterProvider(other)).toBe(false);
  expect(logged[1]).toContain('Attempted duplicate registration');
});

test('a provider that replaces otelier is reported once', () => {
  start();
  otelMetrics.disable();
  expect(otelMetrics.setGlobalMeterProvider(other)).toBe(true);
  expect(otelMetrics.getMeterProvider()).toBe(other);
  expect(logged).toEqual([
    expect.stringMatching(/^OpenTelemetry API: another MeterProvider replaced otelier \(.*\.ts:\d+\): .*one provider/),
  ]);
});
