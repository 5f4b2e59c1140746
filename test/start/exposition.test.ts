/** `metrics.exposition()`: the current metrics in a format of Prometheus, without an endpoint. */
import { metrics as api, diag } from '@opentelemetry/api';
import {
  counter,
  defineCatalogue,
  histogram,
  instrumentsOf,
  observableGauge,
  oneOf,
  type RunningMetrics,
  type StartSettings,
  startMetrics,
} from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { pointsOfRequest } from '../formats/otlp/message.js';
import { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';
import { ask } from '../support/http-raw.js';
import { stockReader } from '../support/stock.js';

const shop = defineCatalogue({
  orders: counter({
    name: 'shop.orders',
    unit: '{order}',
    description: 'Orders.',
    attributes: { channel: oneOf('web', 'app') },
  }),
  returns: counter({ name: 'shop.returns', unit: '{order}', description: 'Orders returned.' }),
  wait: histogram({ name: 'shop.wait', unit: 's', description: 'Waits.', buckets: [0.1, 1] }),
  stock: observableGauge({ name: 'shop.stock', unit: '{item}', description: 'Items in stock.' }),
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function start(settings: StartSettings) {
  const metrics = startMetrics({ isolated: true, environment: {}, ...settings, catalogues: { shop } });
  stops.push(metrics.shutdown);
  metrics.shop.orders.add(2, { channel: 'web' });
  metrics.shop.wait.record(0.5);
  metrics.shop.stock.addCallback((observation) => observation.observe(7));
  return metrics;
}

/** Returns the value of a sample without labels other than the scope. */
const sampleOf = (text: string, name: string) => Number(new RegExp(`^${name}(?:{.*})? (.*)$`, 'm').exec(text)?.[1]);

describe.each([
  ['text', 'text/plain'],
  ['openmetrics', 'application/openmetrics-text'],
  ['openmetrics2', 'application/openmetrics-text;version=2.0.0'],
  ['protobuf', 'application/vnd.google.protobuf'],
] as const)('in the format %s', (format, accept) => {
  test.each([
    ['defaults', {}],
    ['other options', { translationStrategy: 'NoTranslation', resourceLabels: ['service.name'], createdSamples: true }],
    ['fewer labels', { withoutScopeLabels: true, withoutTargetInfo: true }],
  ] as const)('it is what the endpoint serves with %s', async (_, options) => {
    const backends = [prometheus({ host: '127.0.0.1', port: 0, openMetrics2: true, ...options })];
    const metrics = start({ clock: new FakeClock(), serviceName: 'storefront', backends });
    await metrics.ready;
    const scraped = await ask(metrics.status().backends[0]?.url as string, { headers: { accept } });
    const shown = await (metrics.exposition as (options: object) => Promise<string | Uint8Array>)({ format });
    expect(typeof shown).toBe(format === 'protobuf' ? 'object' : 'string');
    expect(Buffer.from(shown as string)).toEqual(scraped.body);
    expect(scraped.body.length).toBeGreaterThan(100);
  });
});

test('needs no endpoint, and runs the callbacks', async () => {
  const metrics = start({ readers: [stockReader().reader] });
  const text = await metrics.exposition();
  expect(parseExposition(text).map(({ name }) => name)).toContain('shop_wait_seconds');
  expect(sampleOf(text, 'shop_orders_total')).toBe(2);
  expect(sampleOf(text, 'shop_stock')).toBe(7);
  expect(sampleOf(text, 'shop_returns_total')).toBe(0);
  metrics.shop.orders.add(3, { channel: 'web' });
  expect(sampleOf(await metrics.exposition({ format: 'openmetrics' }), 'shop_orders_total')).toBe(5);
});

test('takes the options of the environment if the backend prometheus is not selected', async () => {
  const environment = { OTELIER_PROMETHEUS_WITHOUT_SCOPE_LABELS: 'true' };
  const metrics = start({ environment, readers: [stockReader().reader] });
  expect(await metrics.exposition()).toContain('\nshop_orders_total{channel="web"} 2\n');
});

test('is cumulative and leaves the deltas of other backends unchanged', async () => {
  const peer = await startHttpPeer(() => ({ status: 200 }));
  stops.push(peer.close);
  const backend = otlp({
    endpoint: peer.url,
    temporality: 'delta',
    histogramAggregation: 'base2_exponential_bucket_histogram',
  });
  const metrics = start({ backends: [backend] });
  const shown: number[] = [];
  const sent: number[] = [];
  for (let round = 0; round < 3; round++) {
    shown.push(sampleOf(await metrics.exposition(), 'shop_orders_total'));
    await metrics.forceFlush();
    // The counter is the first metric.
    const [point] = pointsOfRequest(peer.requests[round]?.body as Buffer);
    sent.push(Number(point?.['as_int'] ?? point?.['as_double']));
    metrics.shop.orders.add(1, { channel: 'web' });
  }
  expect(shown).toEqual([2, 3, 4]);
  expect(sent).toEqual([2, 1, 1]);
});

test.each<[string, (metrics: RunningMetrics) => unknown, StartSettings]>([
  ['without a backend', () => undefined, { exporters: ['none'] }],
  ['after the shutdown', (metrics) => metrics.shutdown(), { readers: [stockReader().reader] }],
])('has no metrics %s', async (_, prepare, settings) => {
  const metrics = start(settings);
  await prepare(metrics);
  expect(await metrics.exposition()).toBe('');
  expect(await metrics.exposition({ format: 'openmetrics' })).toBe('# EOF\n');
  expect(await metrics.exposition({ format: 'protobuf' })).toHaveLength(0);
});

test('rejects for an unknown format', async () => {
  const metrics = start({ readers: [stockReader().reader] });
  const shown = metrics.exposition({ format: 'json' as 'text' });
  await expect(shown).rejects.toMatchObject({ code: 'METRICS_OPTIONS_INVALID' });
  await expect(shown).rejects.toThrow('one of text, openmetrics, openmetrics2, protobuf');
});

test('is not counted as a collection of a reader', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop } });
  stops.push(metrics.shutdown);
  await Promise.all([metrics.exposition(), metrics.exposition(), metrics.exposition()]);
  await collect();
  const collections = (await collect()).filter(({ name }) => name === 'otel.sdk.metric_reader.collection.duration');
  expect(collections.map(({ value }) => value.count)).toEqual([1]);
});

test('a catalogue cannot have its name', () => {
  const clash = () => startMetrics({ isolated: true, environment: {}, catalogues: { exposition: shop } as never });
  expect(clash).toThrow(/exposition.*expected a key other than/s);
});

test('logs merged series once, however often it is called', async () => {
  const logged: string[] = [];
  const ignore = () => undefined;
  diag.setLogger({
    error: ignore,
    warn: (message) => logged.push(message),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  });
  const metrics = startMetrics({ environment: {}, readers: [stockReader().reader], withoutSelfMetrics: true });
  stops.push(metrics.shutdown, async () => diag.disable());
  const gauge = api.getMeter('plain').createGauge('plain.level');
  gauge.record(1, { code: 200 });
  gauge.record(2, { code: '200' });
  for (let times = 0; times < 3; times++) expect(await metrics.exposition()).toContain('plain_level{code="200"');
  expect(logged.filter((message) => message.includes('series whose labels are equal'))).toHaveLength(1);
});

test('of gauges with equal labels the value that was recorded last is shown', async () => {
  const metrics = startMetrics({ environment: {}, readers: [stockReader().reader], logLevel: 'none' });
  stops.push(metrics.shutdown);
  const meter = api.getMeter('plain');
  const gauge = meter.createGauge('level');
  let order: readonly (number | string)[] = [];
  meter.createObservableGauge('seen').addCallback((result) => {
    for (const [index, code] of order.entries()) result.observe(index, { code });
  });
  const shown = async (name: string) =>
    (await metrics.exposition())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{code="200"`))
      .map((line) => Number(line.split(' ')[1]));
  const orders = [[200, '200', 200], ['200'], ['200', 200], [200, '200'], [200], ['200', 200, '200']] as const;
  for (const codes of orders) {
    order = codes;
    for (const [index, code] of codes.entries()) gauge.record(index, { code });
    expect(await shown('level'), String(codes)).toEqual([codes.length - 1]);
    expect(await shown('seen'), String(codes)).toEqual([codes.length - 1]);
  }
});

describe('metrics of a start that ended', () => {
  const define = () =>
    defineCatalogue({
      jobs: counter({ name: 'ended.jobs', unit: '{job}', description: 'Jobs.' }),
      wait: histogram({ name: 'ended.wait', unit: 's', description: 'Wait.', buckets: [1] }),
      kinds: counter({
        name: 'ended.kinds',
        unit: '{job}',
        description: 'Jobs by kind.',
        attributes: { kind: oneOf('a', 'b') },
        startAtZero: true,
      }),
    });
  const catalogue = define();
  const settings = () =>
    ({ environment: {}, readers: [stockReader().reader], collectorNames: ['none'], logLevel: 'none' }) as const;
  const ownLines = (text: string) =>
    text.split('\n').filter((line) => /^(?:# TYPE )?(?:ended|otel|otelier)_/.test(line));

  test.each<[title: string, first: () => { catalogues?: Record<string, typeof catalogue>; more?: () => void }]>([
    ['of its catalogues', () => ({ catalogues: { app: catalogue } })],
    ['of a later call', () => ({ more: () => startMetrics({ catalogues: { app: catalogue } }) })],
    ['of an identical catalogue', () => ({ catalogues: { app: define() } })],
  ])('%s are absent from the next one until they are declared again', async (_, first) => {
    const { catalogues = {}, more } = first();
    const one = startMetrics({ ...settings(), catalogues });
    more?.();
    expect(await one.exposition()).toMatch(/^ended_jobs_total\{.*\} 0$/m);
    expect(await one.exposition()).toMatch(/^ended_kinds_total\{.*kind="b".*\} 0$/m);
    await one.shutdown();

    const two = startMetrics({ ...settings(), withoutSelfMetrics: true });
    expect(ownLines(await two.exposition())).toEqual([]);
    instrumentsOf(catalogue);
    expect(await two.exposition()).toMatch(/^ended_wait_seconds_count\{.*\} 0$/m);
    await two.shutdown();

    const three = startMetrics({ ...settings(), catalogues: { app: catalogue } });
    expect(await three.exposition()).toMatch(/^ended_jobs_total\{.*\} 0$/m);
    await three.shutdown();
  });

  test('instruments of the plain API are not announced in the next one', async () => {
    const one = startMetrics(settings());
    const plain = api.getMeter('ended').createCounter('ended.plain');
    plain.add(1);
    await one.shutdown();
    const two = startMetrics({ ...settings(), withoutSelfMetrics: true });
    expect(await two.exposition()).not.toContain('ended_plain');
    plain.add(2);
    expect(await two.exposition()).toMatch(/^ended_plain_total\{.*\} 2$/m);
    await two.shutdown();
  });

  test('appear when they are recorded', async () => {
    const one = startMetrics({ ...settings(), catalogues: { app: catalogue } });
    const bound = one.app.kinds.bind({ kind: 'a' });
    await one.shutdown();
    const two = startMetrics({ ...settings(), withoutSelfMetrics: true });
    one.app.jobs.add(2);
    bound.add(3);
    const text = await two.exposition();
    expect(text).toMatch(/^ended_jobs_total\{.*\} 2$/m);
    expect(text).toMatch(/^ended_kinds_total\{.*kind="a".*\} 3$/m);
    expect(text).not.toContain('ended_wait');
    await two.shutdown();
  });
});
