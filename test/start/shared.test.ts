import { metrics as api, DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, instrumentsOf, observableGauge, startMetrics, text } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { inference } from 'otelier/packs/inference';
import { afterEach, expect, test } from 'vitest';
import { stockReader } from '../support/stock.js';

const shop = defineCatalogue({ orders: counter({ name: 'orders', unit: '1', description: 'Orders.' }) });
const more = defineCatalogue({ visits: counter({ name: 'visits', unit: '1', description: 'Visits.' }) });
const environment = {};

let stop: (() => Promise<unknown>) | undefined;
afterEach(() => stop?.());

function start(pack = inference()) {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment, readers: [reader], catalogues: { shop }, packs: { inference: pack } });
  stop = metrics.shutdown;
  return { metrics, collect, pack };
}

test('a second start returns the same metrics', async () => {
  const { metrics, collect, pack } = start();
  const again = startMetrics({ catalogues: { store: shop }, packs: { reranker: pack } });
  expect(again.store).toBe(metrics.shop);
  expect(again.reranker).toBe(metrics.inference);
  expect(again.settings).toBe(metrics.settings);
  again.store.orders.add(2);
  expect((await collect()).find(({ name }) => name === 'orders')?.value).toBe(2);
  expect(startMetrics()).not.toHaveProperty('shop');
});

test('a second start adds its catalogues and packs', async () => {
  const { metrics, collect } = start();
  const later = startMetrics({ catalogues: { more }, packs: { other: inference({ namespace: 'other' }) } });
  later.more.visits.add(5);
  later.other.begin().end();
  metrics.shop.orders.add(1);
  const values = Object.fromEntries((await collect()).map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ orders: 1, visits: 5, other_request_count: 1 });
});

test('a second start cannot add a duplicate metric name', () => {
  start();
  const twin = defineCatalogue({ orders: counter({ name: 'Orders', unit: '1', description: 'Orders again.' }) });
  expect(() => startMetrics({ catalogues: { twin } })).toThrow(
    expect.objectContaining({
      code: 'METRICS_DUPLICATE_NAME',
      message: expect.stringContaining("'shop.orders' already has it"),
    }),
  );
});

test('a second start is validated', () => {
  start();
  expect(() => startMetrics({ catalogues: { shutdown: shop } as never })).toThrow(
    'shutdown: got "shutdown", expected a key other than ready, settings, status,',
  );
  expect(() => startMetrics({ serviceNam: 'shop' } as never)).toThrow(
    'serviceNam: expected a known option (did you mean "serviceName"?)',
  );
});

test('a failed start leaves nothing running', async () => {
  const { reader } = stockReader();
  const first = startMetrics({ isolated: true, environment, readers: [reader] });
  const backends = [prometheus({ port: 0 })];
  expect(() => startMetrics({ environment, backends, readers: [reader], catalogues: { shop } })).toThrow(
    'readers: expected readers that are not registered with another provider',
  );
  const { metrics } = start();
  expect(metrics.shop).toBeDefined();
  await first.shutdown();
});

test('a start during a shutdown is independent', async () => {
  const { metrics } = start();
  const stopping = metrics.shutdown();
  const again = start();
  await stopping;
  again.metrics.shop.orders.add(4);
  expect((await again.collect()).find(({ name }) => name === 'orders')?.value).toBe(4);
});

test('differing options of a second start are ignored with a warning', () => {
  start();
  const warnings: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => warnings.push(message);
  diag.disable();
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  warnings.length = 0;
  startMetrics({ serviceName: 'other', exportIntervalMs: 5 });
  diag.disable();
  expect(warnings).toEqual([
    'startMetrics: metrics are already running; options that differ are ignored: serviceName, exportIntervalMs',
  ]);
});

test('a view overrides a metric of a catalogue without a second stream', async () => {
  const { reader, collect } = stockReader();
  const views = [
    { instrumentName: 'ord*', description: 'Of the view.' },
    { instrumentName: 'orders', attributesProcessors: [{ process: () => ({}) }] },
  ];
  const metrics = startMetrics({ isolated: true, environment, readers: [reader], views, catalogues: { shop } });
  metrics.shop.orders.add(1);
  expect(await collect()).toEqual([{ name: 'orders', attributes: {}, value: 1 }]);
  await metrics.shutdown();
  expect(() => startMetrics({ isolated: true, environment, views: [{ name: 'x' }] })).toThrow('views[0]');
});

test('the plain OpenTelemetry API records to the same readers until shutdown', async () => {
  const { metrics, collect } = start();
  api.getMeter('third-party').createCounter('calls').add(3);
  expect((await collect()).find(({ name }) => name === 'calls')?.value).toBe(3);
  await metrics.shutdown();
  expect(api.getMeterProvider().constructor.name).toBe('NoopMeterProvider');
});

test('a shutdown of isolated metrics does not end the shared ones', async () => {
  const { metrics, collect } = start();
  await startMetrics({ isolated: true, environment, readers: [stockReader().reader] }).shutdown();
  const again = startMetrics({ catalogues: { shop } });
  expect(again.forceFlush).toBe(metrics.forceFlush);
  again.shop.orders.add(3);
  expect((await collect()).find(({ name }) => name === 'orders')?.value).toBe(3);
});

test('isolated metrics are independent of each other and of the process', async () => {
  const one = stockReader();
  const two = stockReader();
  const first = startMetrics({ isolated: true, environment, readers: [one.reader], catalogues: { shop } });
  const second = startMetrics({ isolated: true, environment, readers: [two.reader], catalogues: { shop } });
  first.shop.orders.add(1);
  second.shop.orders.add(10);
  instrumentsOf(shop).orders.add(100);
  expect((await one.collect())[0]?.value).toBe(1);
  expect((await two.collect())[0]?.value).toBe(10);
  expect(process.listenerCount('SIGTERM')).toBe(0);
  expect(api.getMeterProvider().constructor.name).toBe('NoopMeterProvider');
  await Promise.all([first.shutdown(), second.shutdown()]);
});

test('one catalogue under two keys counts once', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment, readers: [reader], catalogues: { a: shop, b: shop } });
  metrics.a.orders.add(1);
  metrics.b.orders.add(1);
  expect(await collect()).toMatchObject([{ name: 'orders', value: 2 }]);
  await metrics.shutdown();
});

test('shutdown and flush after a shutdown return its result', async () => {
  const { metrics } = start();
  const result = await metrics.shutdown();
  expect(result).toEqual({ ok: true, backends: [{ backend: 'reader', ok: true }] });
  expect(await metrics.shutdown()).toBe(result);
  expect(await metrics.forceFlush()).toBe(result);
  expect(process.listenerCount('SIGTERM')).toBe(0);
  expect(process.listenerCount('beforeExit')).toBe(0);
  metrics.shop.orders.add(1);
});

test('await using shuts down', async () => {
  let stopped = false;
  {
    const { reader } = stockReader();
    await using metrics = startMetrics({ isolated: true, environment, readers: [reader] });
    void metrics;
    const shutdown = reader.shutdown.bind(reader);
    reader.shutdown = (options) => {
      stopped = true;
      return shutdown(options);
    };
  }
  expect(stopped).toBe(true);
});

test('a module that is evaluated again gets the same instruments and recorder, without a warning', async () => {
  const { reader, collect } = stockReader();
  const readers = [reader];
  const evaluate = () => {
    const again = defineCatalogue({ again: counter({ name: 'again', unit: '1', description: 'Again.' }) });
    const options = { environment, readers, resource: { team: 'search' } };
    const metrics = startMetrics({
      ...options,
      catalogues: { again },
      packs: { twice: inference({ windowMs: 5_000 }) },
    });
    return { again, metrics };
  };
  const warnings: string[] = [];
  const ignore = () => undefined;
  const record = (message: string) => warnings.push(message);
  diag.disable();
  diag.setLogger({ error: record, warn: record, info: ignore, debug: ignore, verbose: ignore });
  const [first, second] = [evaluate(), evaluate()];
  stop = first.metrics.shutdown;
  first.metrics.again.again.add(1);
  second.metrics.again.again.add(2);
  instrumentsOf(second.again).again.add(4);
  expect(second.metrics.twice).toBe(first.metrics.twice);
  first.metrics.twice.begin().end();
  second.metrics.twice.begin().end();
  const values = Object.fromEntries((await collect()).map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ again: 7, request_count: 2 });
  expect(warnings).toEqual([]);
  diag.disable();
});

test('callbacks end with the start in which they were added; callbacks from before a start stay', async () => {
  const observed = defineCatalogue({
    depth: observableGauge({ name: 'depth', unit: '1', description: 'Depth.', attributes: { from: text() } }),
  });
  const { depth } = instrumentsOf(observed);
  const observe = (from: string) => depth.addCallback((observation) => observation.observe(1, { from }));
  const plain = () =>
    api
      .getMeter('plain')
      .createObservableGauge('plain')
      .addCallback((result) => result.observe(1));
  const seen = async (collect: () => Promise<{ name: string; attributes: object }[]>) =>
    (await collect())
      .filter(({ name }) => ['depth', 'plain'].includes(name))
      .map(({ name, attributes }) => [name, ...Object.values(attributes)].join(' '));
  observe('before');
  const first = start();
  observe('first');
  plain();
  expect(await seen(first.collect)).toEqual(['depth before', 'depth first', 'plain']);
  const stopping = first.metrics.shutdown();
  const second = start();
  observe('second');
  await stopping;
  expect(await seen(second.collect)).toEqual(['depth before', 'depth second']);
  await second.metrics.shutdown();
  expect(await seen(start().collect)).toEqual(['depth before']);
});
