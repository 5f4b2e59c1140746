/** Scrape timeouts with hanging callbacks and collections, and collections that concurrent scrapes share. */
import { gunzipSync } from 'node:zlib';
import { type CollectionResult, MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { parseExposition } from 'otelier/testing';
import { expect, test } from 'vitest';
import { createEndpoint } from '../../../src/backends/prometheus/endpoint.js';
import { negotiate } from '../../../src/backends/prometheus/negotiation.js';
import { ScrapeReader } from '../../../src/backends/prometheus/reader.js';
import { openAccount } from '../../../src/delivery/account.js';
import { prometheusText } from '../../../src/formats/prometheus/dialects.js';
import { namesOf } from '../../../src/formats/prometheus/exposition-names.js';
import { TextExposition } from '../../../src/formats/prometheus/text.js';
import { FakeClock } from '../../support/clock.js';
import { ask } from '../../support/http-raw.js';
import { OnDemandReader } from '../../support/stock.js';
import { gate, serve, watchArrivals } from './serving.js';

const never = () => new Promise<void>(() => {});

/** Scrapes and measures the milliseconds until the response is complete. */
async function timed(url: string, seconds?: string) {
  const began = performance.now();
  const headers: Record<string, string> =
    seconds === undefined ? {} : { 'x-prometheus-scrape-timeout-seconds': seconds };
  const answer = await ask(url, { headers });
  return { ...answer, tookMs: performance.now() - began };
}

const namesIn = (text: string) =>
  parseExposition(text)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name }) => name);

test.each([
  ['the scraper allows 1 s', '1', {}, 1_000],
  ['exportTimeoutMs is shorter than the scraper allows', '30', { exportTimeoutMs: 300 }, 600],
  ['the scraper sends no timeout', undefined, { exportTimeoutMs: 300 }, 600],
  ['the scraper sends Infinity', 'Infinity', { exportTimeoutMs: 300 }, 600],
  ['the scraper sends an invalid timeout', 'soon', { exportTimeoutMs: 300 }, 600],
  ['the scraper sends 0', '0', { exportTimeoutMs: 300 }, 600],
  ['the scraper sends a negative timeout', '-5', { exportTimeoutMs: 300 }, 600],
])('omits a hanging callback and answers in time if %s', async (_, seconds, settings, limitMs) => {
  const { metrics, url } = await serve({}, { ...settings, logLevel: 'none' });
  metrics.shop.orders.add(2, { channel: 'web' });
  metrics.shop.stock.addCallback(never);
  for (let scrape = 0; scrape < 2; scrape++) {
    const answer = await timed(url, seconds);
    expect(answer.status).toBe(200);
    expect(answer.tookMs).toBeLessThan(limitMs);
    expect(namesIn(answer.text)).toEqual(['target_info', 'shop_orders_total', 'shop_wait_seconds']);
  }
});

test.each([
  ['in code', { exportTimeoutMs: 0 }],
  ['in the environment', { environment: { OTEL_METRIC_EXPORT_TIMEOUT: '0' } }],
])('a timeout of 0 %s means no limit', async (_, settings) => {
  const { metrics, url } = await serve({}, settings);
  metrics.shop.orders.add(1, { channel: 'web' });
  const { status, text } = await ask(url);
  expect(status).toBe(200);
  expect(namesIn(text)).toContain('shop_orders_total');
});

test.each(['1e-9', '0.0001'])(
  'a scrape with a timeout of %s seconds is answered promptly and does not affect the next one',
  async (seconds) => {
    const { url } = await serve({}, { logLevel: 'none' });
    const answer = await timed(url, seconds);
    expect([200, 503]).toContain(answer.status);
    expect(answer.tookMs).toBeLessThan(500);
    expect((await ask(url)).status).toBe(200);
  },
);

test('scrapes with tiny timeouts neither delay others nor make the endpoint unready', async () => {
  const { metrics, url, origin } = await serve({}, { logLevel: 'none' });
  for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.visits.add(1, { visitor });
  expect((await ask(url)).status).toBe(200);
  for (let round = 0; round < 10; round++) {
    const short = await Promise.all(Array.from({ length: 20 }, () => timed(url, '1e-9')));
    for (const { status } of short) expect([200, 503]).toContain(status);
  }
  expect((await ask(`${origin}/ready`)).status).toBe(200);
  const patient = await timed(url, '10');
  expect(patient.status).toBe(200);
  expect(patient.tookMs).toBeLessThan(1_000);
});

test('scrapes that share a collection keep their own timeouts', async () => {
  const { metrics, url } = await serve({}, { logLevel: 'none' });
  const { opened, open } = gate();
  const arrivals = watchArrivals();
  metrics.shop.stock.addCallback(async (observation) => {
    await opened;
    observation.observe(7);
  });
  const patient = timed(url, '10');
  await expect.poll(() => arrivals.length).toBe(1);
  const short = await timed(url, '0.3');
  expect(short.tookMs).toBeLessThan(600);
  open();
  expect(await patient).toMatchObject({ status: 200, text: expect.stringMatching(/^shop_stock{.*} 7$/m) });
});

test('a scrape times out while another reader blocks collections, and succeeds afterwards', async () => {
  const reader = new OnDemandReader();
  const { metrics, url } = await serve({}, { readers: [reader], logLevel: 'none' });
  const { opened, open } = gate();
  const entered = gate();
  metrics.shop.stock.addCallback(() => {
    entered.open();
    return opened;
  });
  const collected = reader.collect({ timeoutMillis: 30_000 });
  await entered.opened;
  const answers = await Promise.all([timed(url, '1.5'), timed(url, '1')]);
  for (const { status, headers, tookMs } of answers) {
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(tookMs).toBeLessThan(1_500);
  }
  open();
  await collected;
  expect((await timed(url, '2')).status).toBe(200);
});

/** Creates an endpoint without a server on a producer of the test. */
function endpointOn(producer: MetricProducer) {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const deliveries = openAccount({ name: 'prometheus', onDelivery() {}, clock, where: () => undefined, warn });
  const reader = new ScrapeReader(clock, deliveries, 100, true, async () => {});
  reader.setMetricProducer(producer);
  const expositionOptions = { scopeLabels: true, targetInfo: true, resourceLabels: [], createdSamples: false, warn };
  const names = namesOf('UnderscoreEscapingWithSuffixes', 'underscores');
  const { handle } = createEndpoint({
    name: 'prometheus',
    clock,
    access: undefined,
    admitsHost: () => true,
    admitsRate: () => true,
    timeoutMs: 100,
    maxInFlight: 10,
    basePath: '',
    dashboardUrl: undefined,
    live: undefined,
    headers: {},
    negotiate,
    scrape: (_, timeoutMs) =>
      reader.scrape('text', timeoutMs, () => new TextExposition(prometheusText, { ...expositionOptions, names })),
    isActive: () => reader.isActive,
    statuses: () => [deliveries.status()],
  });
  return { get: (url: string) => handle({ method: 'GET', url, headers: {} }), warnings };
}

async function collectNothing(): Promise<CollectionResult> {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  return reader.collect().finally(() => provider.shutdown());
}

test('a hanging collection times out and does not block the next one', async () => {
  const results = [() => new Promise<CollectionResult>(() => {}), collectNothing];
  const { get, warnings } = endpointOn({ collect: () => results.shift()?.() as Promise<CollectionResult> });
  expect((await get('/metrics')).status).toBe(503);
  expect((await get('/ready')).status).toBe(503);
  expect((await get('/metrics')).status).toBe(200);
  expect((await get('/ready')).status).toBe(200);
  expect(warnings).toHaveLength(2);
});

test('a failing collection gives 503, is logged once, and makes the endpoint unready until one succeeds', async () => {
  const fail = () => Promise.reject(new Error('out of order'));
  const results = [fail, fail, collectNothing];
  const { get, warnings } = endpointOn({ collect: () => results.shift()?.() as Promise<CollectionResult> });
  for (let scrape = 0; scrape < 2; scrape++) {
    const { status, headers, body } = await get('/metrics');
    expect({ status, again: headers['retry-after'] }).toEqual({ status: 503, again: '1' });
    expect(Buffer.concat(body).toString()).not.toContain('out of order');
    expect((await get('/ready')).status).toBe(503);
  }
  expect((await get('/metrics')).status).toBe(200);
  expect((await get('/ready')).status).toBe(200);
  expect(warnings).toEqual([expect.stringContaining('out of order'), expect.stringContaining('again')]);
});

test('concurrent scrapes share one collection and one body', async () => {
  const { metrics, url } = await serve();
  const { opened, open } = gate();
  const arrivals = watchArrivals();
  let runs = 0;
  metrics.shop.stock.addCallback(async (observation) => {
    const run = ++runs;
    await opened;
    observation.observe(run);
  });
  const compressed = Array.from({ length: 10 }, () => ask(url, { headers: { 'accept-encoding': 'gzip' } }));
  const plain = Array.from({ length: 20 }, () => ask(url));
  await expect.poll(() => arrivals.length).toBe(30);
  open();
  const [first, ...others] = await Promise.all(plain);
  expect(runs).toBe(1);
  expect(first?.text).toMatch(/^shop_stock{.*} 1$/m);
  for (const { body } of others) expect(body.equals(first?.body as Buffer)).toBe(true);
  for (const { body } of await Promise.all(compressed))
    expect(gunzipSync(body).equals(first?.body as Buffer)).toBe(true);
  expect((await ask(url)).text).toMatch(/^shop_stock{.*} 2$/m);
  expect(metrics.status().backends[0]).toMatchObject({ delivered: 2, failed: 0 });
});

test('concurrent scrapes in different formats all contain observed values', async () => {
  const { metrics, url } = await serve();
  const { opened, open } = gate();
  const arrivals = watchArrivals();
  metrics.shop.stock.addCallback(async (observation) => {
    await opened;
    observation.observe(7);
  });
  const accepts = [
    'text/plain',
    'application/openmetrics-text',
    'text/plain;escaping=dots',
    'application/openmetrics-text;escaping=values',
  ];
  const answers = accepts.map((accept) => ask(url, { headers: { accept } }));
  await expect.poll(() => arrivals.length).toBe(accepts.length);
  open();
  for (const { status, text } of await Promise.all(answers)) {
    expect(status).toBe(200);
    expect(text).toMatch(/stock{.*} 7$/m);
  }
});

test('a scraper that disconnects does not block others', async () => {
  const { metrics, url } = await serve({ maxInFlight: 1 });
  const { opened, open } = gate();
  const arrivals = watchArrivals();
  metrics.shop.stock.addCallback(() => opened);
  const leaver = new AbortController();
  const left = fetch(url, { signal: leaver.signal }).catch((error) => error.name);
  await expect.poll(() => arrivals.length).toBe(1);
  leaver.abort();
  expect(await left).toBe('AbortError');
  open();
  await expect.poll(async () => (await ask(url)).status).toBe(200);
});
