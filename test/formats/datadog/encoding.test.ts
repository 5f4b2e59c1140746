/** Datadog encoder: exact bytes of every instrument kind, sums with any attributes, limits. */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { expect, onTestFinished, test } from 'vitest';
import { gzip } from '../../../src/delivery/gzip.js';
import { originOf } from '../../../src/formats/datadog/origin.js';
import { type PayloadLimits, payloadsOf } from '../../../src/formats/datadog/payloads.js';
import { SeriesEncoder } from '../../../src/formats/datadog/series-encoder.js';
import type { HistogramPoint, MetricStream, Temporality } from '../../../src/model/points.js';
import { heapUsed } from '../../engine/heap.js';
import { FakeClock } from '../../support/clock.js';
import { DatadogStore, startDatadogIntake } from '../../support/datadog-intake.js';
import { histogramPoint, numberPoint, SeriesKeys } from '../../support/points.js';

test.each(['summary', 'counters'] as const)(
  'encodes every kind of instrument, histograms as %s',
  async (histograms) => {
    const description = 'What it is.';
    const attributes = { lane: text() };
    const shop = defineCatalogue({
      orders: counter({ name: 'shop.orders', unit: '{request}', description, attributes: { channel: text() } }),
      carts: upDownCounter({ name: 'shop.carts', unit: '{cart}', description }),
      load: gauge({ name: 'shop.load', unit: '%', description }),
      wait: histogram({ name: 'shop.wait', unit: 's', description, attributes, buckets: [0.005, 0.5, 10] }),
      size: histogram({ name: 'shop.size', unit: 'By', description, aggregation: 'exponential' }),
      sent: observableCounter({ name: 'shop.sent', unit: 'By', description }),
      open: observableUpDownCounter({ name: 'shop.open', unit: '{connection}', description }),
      heat: observableGauge({ name: 'shop.heat', unit: 'Cel', description }),
      build: info({ name: 'shop.build.info', description, attributes: { version: text() } }),
      phase: stateSet({ name: 'shop.phase', description, states: ['opening', 'open'] }),
    });
    const clock = new FakeClock();
    const intake = await startDatadogIntake({ now: () => clock.nowUnixMs() });
    onTestFinished(intake.close);
    const metrics = startMetrics({
      isolated: true,
      environment: { DD_API_KEY: 'the-key', DD_TAGS: 'team:search' },
      clock,
      serviceName: 'storefront',
      resource: { 'host.name': 'web-1', 'service.instance.id': 'i-1', 'deployment.environment.name': 'prod' },
      catalogues: { shop },
      backends: [datadog({ endpoint: intake.url, histograms, resourceTags: ['service.instance.id'] })],
    });
    onTestFinished(async () => {
      await metrics.shutdown();
    });
    metrics.shop.orders.add(12, { channel: 'Web/App "1"' });
    metrics.shop.orders.add(0.1, { channel: '' });
    metrics.shop.carts.add(-2);
    metrics.shop.load.set(25.5);
    for (const seconds of [0.001, 0.25, 0.5, 60]) metrics.shop.wait.record(seconds, { lane: 'a' });
    for (const bytes of [0, 1, 3, 1e6]) metrics.shop.size.record(bytes);
    metrics.shop.sent.addCallback((observation) => observation.observe(2 ** 53));
    metrics.shop.open.addCallback((observation) => observation.observe(-1));
    metrics.shop.heat.addCallback((observation) => observation.observe(-1.5e-7));
    metrics.shop.build.set({ version: '1.2.0' });
    metrics.shop.phase.set('open');
    clock.advance(10_000);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    const lines = intake.store.series.map((series) => JSON.stringify(series));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/datadog/every-kind.${histograms}.jsonl`);
  },
);

const clock = { nowUnixMs: () => 1_700_000_000_000, monotonicMs: () => 0 };
const options = {
  tags: [],
  hostname: undefined,
  service: undefined,
  env: undefined,
  version: undefined,
  resourceTags: [],
};

function stream(name: string, more: Partial<MetricStream> = {}): MetricStream {
  const scope = { name: 's' };
  const sum = { points: 'number', sum: true, monotonic: true, valueType: 1 } as const;
  return { name, description: '', unit: '', kind: 'counter', scope, ...sum, ...more };
}

function encoderOf(buckets = false): SeriesEncoder {
  return new SeriesEncoder({ clock, buckets, intervalMs: 10_000 });
}

type Recorded = readonly [attributes: Attributes, value: number];

const keys = new SeriesKeys();

/** Encodes one walk, and returns what the store received and the points per request. */
async function encode(
  encoder: SeriesEncoder,
  walked: readonly (readonly [MetricStream, Temporality, readonly Recorded[]])[],
  limits?: PayloadLimits,
  store = new DatadogStore(),
) {
  encoder.begin(resourceFromAttributes({ 'service.name': 'storefront' }));
  for (const [metric, temporality, recorded] of walked) {
    encoder.metric(metric, temporality);
    const [startMs, endMs] = [clock.nowUnixMs() - 10_000, clock.nowUnixMs()];
    for (const [attributes, value] of recorded) {
      encoder.number(numberPoint({ series: keys.of(attributes), startUnixMs: startMs, endUnixMs: endMs, value }));
    }
  }
  encoder.end();
  const { requests, oversized } = await payloadsOf(encoder.chunks(), originOf(encoder.resource, options), gzip, limits);
  for (const { body } of requests) store.accept(gunzipSync(body).toString(), clock.nowUnixMs());
  return { store, oversized, bodies: requests.map(({ body }) => body), points: requests.map(({ points }) => points) };
}

const hostile = fc.string({ unit: 'binary', maxLength: 210 });
const key = fc.oneof(fc.constantFrom('a', 'A', 'a b', 'a_b', 'a:b'), hostile);
const value = fc.oneof(fc.constantFrom('x', 'X', '', 'x:', 1, true), hostile, fc.array(hostile, { maxLength: 2 }));
const attributeSets = fc.array(fc.dictionary(key, value, { maxKeys: 3 }), { minLength: 1, maxLength: 8 });
const presence = fc.array(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 4 });

test('received sums equal recorded sums for any names and attributes, also with idle series', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostile, { minLength: 1, maxLength: 3 }),
      attributeSets,
      presence,
      async (names, sets, walks) => {
        const encoder = encoderOf();
        const streams = names.map((name) => stream(name));
        const frozen = sets.map((attributes) => Object.freeze(attributes) as Attributes);
        const store = new DatadogStore();
        let recorded = 0;
        for (const present of walks) {
          const shown = frozen.filter((_, index) => present[index]).map((attributes) => [attributes, 1] as const);
          recorded += shown.length * streams.length;
          await encode(
            encoder,
            streams.map((metric) => [metric, 'delta', shown] as const),
            undefined,
            store,
          );
          encoder.accepted();
        }
        const arrived = [...new Set(store.series.map(({ metric }) => metric))].reduce(
          (sum, name) => sum + store.total(name),
          0,
        );
        expect(arrived).toBe(recorded);
      },
    ),
    { numRuns: 60 },
  );
});

test('a series keeps its tags while other series are idle', async () => {
  const encoder = encoderOf();
  const [metric, one, two] = [stream('m'), Object.freeze({ a: 'x' }), Object.freeze({ a: 'X' })];
  const store = new DatadogStore();
  for (const shown of [[one, two], [two], [one], [two, one]]) {
    await encode(encoder, [[metric, 'delta', shown.map((attributes) => [attributes, 1] as const)]], undefined, store);
  }
  expect(store.total('m', 'otelier_collision:2')).toBe(3);
  expect(store.total('m')).toBe(6);
});

test('evicts series that no longer exist, and reuses their tags', async () => {
  const encoder = encoderOf();
  const metric = stream('m');
  const store = new DatadogStore();
  for (let walk = 0; walk < 200; walk++) {
    await encode(encoder, [[metric, 'delta', [[Object.freeze({ a: 'x' }), 1]]]], undefined, store);
  }
  expect(store.total('m')).toBe(200);
  expect(store.total('m', 'otelier_collision:2')).toBe(0);
});

test('distinguishes thousands of series with equal prefixes quickly', async () => {
  const many = Array.from({ length: 10_000 }, (_, id) => [{ url: `${'x'.repeat(200)}${id}` }, 1] as const);
  const { store } = await encode(encoderOf(), [[stream('m'), 'delta', many]]);
  expect(store.total('m')).toBe(10_000);
});

test('series with the same tags in different order collide', async () => {
  const pair = [
    { a: 'x', b: 'y' },
    { b: 'Y', a: 'X' },
  ].map((attributes) => [attributes, 1] as const);
  const { store } = await encode(encoderOf(), [[stream('m'), 'delta', pair]]);
  expect(store.total('m')).toBe(2);
});

test('a series that lost its tags does not take them from the new owner', async () => {
  const encoder = encoderOf();
  const metric = stream('m');
  const [first, second, third] = [Object.freeze({ a: 'x' }), Object.freeze({ a: 'X' }), Object.freeze({ A: 'x' })];
  const store = new DatadogStore();
  const walk = (...shown: Attributes[]) =>
    encode(encoder, [[metric, 'delta', shown.map((attributes) => [attributes, 1] as const)]], undefined, store);
  await walk(first);
  for (let walked = 0; walked < 50; walked++) await walk(second);
  await walk(second, third);
  expect(store.total('m')).toBe(53);
});

test('memory depends on current series only', async () => {
  const encoder = encoderOf();
  const metric = stream('m');
  const churn = async (walks: number) => {
    for (let walk = 0; walk < walks; walk++) {
      encoder.begin(resourceFromAttributes({}));
      encoder.metric(metric, 'delta');
      for (let index = 0; index < 100; index++) {
        const attributes = { id: `${walk}-${index}`, more: 'x'.repeat(100) };
        encoder.number(numberPoint({ series: { attributes, index }, startUnixMs: 0, endUnixMs: 1_000, value: 1 }));
      }
      encoder.end();
    }
  };
  await churn(200);
  const before = heapUsed();
  await churn(1_000);
  expect(heapUsed() - before).toBeLessThan(10_000_000);
});

test('encodes totals as gauges, and deltas of non-monotonic sums as counts', async () => {
  const falling = stream('f', { monotonic: false });
  const level = stream('g', { sum: false, kind: 'gauge' });
  const { store } = await encode(encoderOf(), [
    [falling, 'cumulative', [[{}, -5]]],
    [stream('d', { monotonic: false }), 'delta', [[{}, -5]]],
    [level, 'cumulative', [[{}, 5]]],
    [stream('t'), 'cumulative', [[{}, 5]]],
    [stream('l', { sum: false }), 'delta', [[{}, 5]]],
  ]);
  expect(store.series.map(({ metric, type }) => [metric, type])).toEqual([
    ['f', 3],
    ['d', 1],
    ['g', 3],
    ['t', 3],
    ['l', 3],
  ]);
});

test('omits unknown sum, minimum and maximum, and the mean of an empty histogram', async () => {
  const encoder = encoderOf(true);
  encoder.begin(resourceFromAttributes({}));
  encoder.metric(stream('h', { points: 'histogram', kind: 'histogram' }), 'delta');
  const unknown = { sum: undefined, min: undefined, max: undefined };
  const point = (of: string, fields: Pick<HistogramPoint, 'count' | 'boundaries' | 'counts' | 'from'>) => {
    const series = { attributes: { of }, index: 0 };
    return histogramPoint({ series, startUnixMs: 0, endUnixMs: 1_700_000_000_000, ...unknown, ...fields });
  };
  const counts = new Float64Array([0, 9, 0, 2, 0]);
  encoder.histogram(point('negative', { count: 2, boundaries: [-1, 1], counts, from: 2 }));
  const empty = point('none', { count: 0, boundaries: [1], counts: new Float64Array(2), from: 0 });
  encoder.histogram(Object.assign(empty, { sum: 0 }));
  encoder.end();
  const { requests } = await payloadsOf(encoder.chunks(), originOf(encoder.resource, options), gzip);
  const store = new DatadogStore();
  for (const { body } of requests) store.accept(gunzipSync(body).toString(), 1_700_000_000_000);
  expect(store.series.map(({ metric, tags, points }) => [metric, tags?.slice(1).join(), points[0]?.value])).toEqual([
    ['h.count', 'of:negative', 2],
    ['h.bucket', 'of:negative,lower_bound:-1.0,upper_bound:1.0', 2],
    ['h.count', 'of:none', 0],
    ['h.sum', 'of:none', 0],
  ]);
  expect(store.series[0]?.tags?.[0]).toBe('service:unknown_service');
});

test('counts values that JSON cannot express', async () => {
  const encoder = encoderOf();
  const values = [1, Number.NaN, Number.POSITIVE_INFINITY, 2].map((each, index) => [{ n: index }, each] as const);
  const { store, points } = await encode(encoder, [[stream('g', { sum: false }), 'cumulative', values]]);
  expect(store.total('g')).toBe(3);
  expect(points).toEqual([2]);
  expect(encoder.inexpressible).toBe(2);
});

test('splits requests until they fit the compressed limit, and counts points that alone exceed it', async () => {
  const noise = (bytes: number) => randomBytes(bytes).toString('hex');
  const recorded = Array.from({ length: 2_000 }, () => [{ noise: noise(90) }, 1] as const);
  const limits = { maxBytes: 200_000, maxCompressedBytes: 50_000 };
  const { bodies, points, oversized, store } = await encode(encoderOf(), [[stream('m'), 'delta', recorded]], limits);
  expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(limits.maxCompressedBytes);
  expect(bodies.length).toBeGreaterThan(2);
  expect(points.reduce((sum, count) => sum + count, 0)).toBe(2_000);
  expect(store.total('m')).toBe(2_000);
  expect(oversized).toBe(0);

  const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`key${index}`, noise(90)]));
  const both = await encode(
    encoderOf(),
    [
      [
        stream('m'),
        'delta',
        [
          [wide, 1],
          [{}, 1],
        ],
      ],
    ],
    limits,
  );
  expect(both).toMatchObject({ oversized: 1, points: [1] });
});

test('selects delta temporality for counters and histograms, cumulative for other instruments', () => {
  const { kind } = datadog();
  const values = Object.fromEntries(Object.entries(kind.options).map(([name, option]) => [name, option.default]));
  const context = {
    clock,
    exportIntervalMs: undefined,
    exportTimeoutMs: 1,
    chosenBy: 'code',
    statuses: () => [],
  } as const;
  const silent = { name: 'datadog', warn: () => undefined, onDelivery: () => undefined };
  const { reader } = kind.start(values as Parameters<typeof kind.start>[0], { ...context, ...silent });
  const deltas = Object.values(InstrumentType).filter((type) => reader.selectAggregationTemporality(type) === 0);
  expect(deltas).toEqual([InstrumentType.COUNTER, InstrumentType.HISTOGRAM, InstrumentType.OBSERVABLE_COUNTER]);
});
