/** Compares docs/migrating.md with what the stock exporter and the endpoint serve. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics as api, type Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { startMetrics } from 'otelier';
import { type PrometheusInput, prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { expect, onTestFinished, test } from 'vitest';

const page = readFileSync(new URL('../../../docs/migrating.md', import.meta.url), 'utf8');
const instrument = /^\| (counter|up-down counter|gauge|histogram) \| `(.+?)` \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$/gm;
const rows = [...page.matchAll(instrument)].map(([, kind, name = '', unit = '', stock, ours]) => ({
  kind,
  name,
  unit,
  stock,
  ours,
}));

function record(meter: Meter) {
  for (const { kind, name, unit } of rows) {
    const options = { unit, description: 'Recorded by a test.' };
    const attributes = { 'http.route': '/orders' };
    if (kind === 'counter') meter.createCounter(name, options).add(1, attributes);
    else if (kind === 'gauge') meter.createGauge(name, options).record(1, attributes);
    else if (kind === 'up-down counter') meter.createUpDownCounter(name, options).add(1, attributes);
    else {
      const advice = { explicitBucketBoundaries: [1, 10] };
      meter.createHistogram(name, { ...options, advice }).record(1, attributes);
    }
  }
}

async function stockScrape() {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  record(new MeterProvider({ readers: [exporter] }).getMeter('shop', '1.0'));
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`)).text();
}

async function scrape(options: PrometheusInput = {}) {
  const metrics = startMetrics({
    environment: {},
    withoutSelfMetrics: true,
    collectorNames: ['none'],
    backends: [prometheus({ port: 0, ...options })],
  });
  onTestFinished(async () => {
    await metrics.shutdown();
    api.disable();
  });
  record(api.getMeter('shop', '1.0'));
  await metrics.ready;
  return await (await fetch(metrics.status().backends[0]?.url ?? '')).text();
}

const namesOf = (text: string) => parseExposition(text).flatMap(({ name }) => (name === 'target_info' ? [] : [name]));

test('the page lists the names of the stock exporter and of the endpoint', async () => {
  expect(rows.length).toBeGreaterThanOrEqual(6);
  expect(namesOf(await stockScrape())).toEqual(rows.map(({ stock }) => stock));
  expect(namesOf(await scrape())).toEqual(rows.map(({ ours }) => ours));
});

test('the setting for the old names gives the response of the stock exporter', async () => {
  const withoutResource = (text: string) => text.replace(/^target_info\{.*$/m, 'target_info');
  expect(page).toContain('`prometheus({ stock: true })`, keeps the old names');
  expect(withoutResource(await scrape({ stock: true }))).toBe(withoutResource(await stockScrape()));
});

test('the program of prom-client and that of otelier print the same metrics', () => {
  const [theirs = '', ours = ''] = [...page.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  expect(theirs).toContain('shop_wait_seconds_bucket');
  expect(parseExposition(ours)).toEqual(parseExposition(theirs));
});
