/** OpenTelemetry's stock readers and exporters work with the engine as with their own provider. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  ConsoleMetricExporter,
  InMemoryMetricExporter,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { MeterProvider } from 'otelier/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { pointsOf } from './provider.js';

const resource = resourceFromAttributes({ 'service.name': 'shop' });

afterEach(() => {
  vi.restoreAllMocks();
});

/** Records one metric of each kind. */
function recordAll(provider: MeterProvider) {
  const meter = provider.getMeter('shop', '1.0');
  meter.createCounter('orders', { description: 'Orders.' }).add(3, { channel: 'web' });
  meter.createUpDownCounter('carts').add(-1);
  meter.createGauge('load').record(0.5);
  meter.createHistogram('sizes', { advice: { explicitBucketBoundaries: [1, 10] } }).record(5);
  meter.createHistogram('times').record(5);
  meter.createObservableGauge('heat').addCallback((result) => result.observe(21));
}

const views = [{ instrumentName: 'times', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const }];

test.each([AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA])(
  'PeriodicExportingMetricReader and InMemoryMetricExporter (temporality %s)',
  async (temporality) => {
    const exporter = new InMemoryMetricExporter(temporality);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    const provider = new MeterProvider({ resource, views, readers: [reader] });
    recordAll(provider);
    await provider.forceFlush();
    provider.getMeter('shop', '1.0').createCounter('orders').add(4, { channel: 'web' });
    await provider.forceFlush();
    const [first, second] = exporter.getMetrics();
    expect(first?.resource.attributes['service.name']).toBe('shop');
    expect(pointsOf(first as never).map(({ name }) => name)).toEqual([
      'orders',
      'carts',
      'load',
      'sizes',
      'times',
      'heat',
    ]);
    const orders = pointsOf(second as never).find(({ name }) => name === 'orders');
    expect(orders?.value).toBe(temporality === AggregationTemporality.DELTA ? 4 : 7);
    await provider.shutdown();
  },
);

test('PeriodicExportingMetricReader, on its own interval', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 20, exportTimeoutMillis: 20 });
  const provider = new MeterProvider({ readers: [reader] });
  recordAll(provider);
  await vi.waitFor(() => expect(exporter.getMetrics().length).toBeGreaterThan(1));
  await provider.shutdown();
});

test('ConsoleMetricExporter', async () => {
  const printed = vi.spyOn(console, 'dir').mockImplementation(() => {});
  const reader = new PeriodicExportingMetricReader({
    exporter: new ConsoleMetricExporter(),
    exportIntervalMillis: 60_000,
  });
  const provider = new MeterProvider({ readers: [reader], views });
  recordAll(provider);
  await provider.forceFlush();
  expect(printed).toHaveBeenCalledTimes(6);
  const [[{ descriptor, dataPoints }]] = printed.mock.calls as [[MetricData]];
  expect(dataPoints).toMatchObject([{ value: 3 }]);
  expect(descriptor.name).toBe('orders');
  // The public type of lines 2 and 3; line 1 has `type` as well.
  expect(Object.keys(descriptor).sort()).toEqual(['description', 'name', 'unit', 'valueType']);
  expect(descriptor).toHaveProperty('type', 'COUNTER');
  await provider.shutdown();
});

test('PrometheusExporter', async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ resource, readers: [exporter] });
  recordAll(provider);
  const server = createServer((received, response) => exporter.getMetricsRequestHandler(received, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const text = await new Promise<string>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/metrics' }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve(body);
    })
      .on('error', reject)
      .end();
  });
  await new Promise((resolve) => server.close(resolve));
  expect(text).toContain('orders_total{channel="web",otel_scope_name="shop",otel_scope_version="1.0"} 3');
  expect(text).toContain('sizes_bucket{otel_scope_name="shop",otel_scope_version="1.0",le="10"} 1');
  expect(text).toMatch(/^heat\{.*\} 21$/m);
  expect(text).toMatch(/^target_info\{.*service_name="shop".*\} 1$/m);
  await provider.shutdown();
});

test('OTLPMetricExporter', async () => {
  const peer = await startHttpPeer();
  const exporter = new OTLPMetricExporter({
    url: `${peer.url}/v1/metrics`,
    temporalityPreference: AggregationTemporality.DELTA,
  });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ resource, readers: [reader], views });
  recordAll(provider);
  await provider.shutdown();
  await peer.close();
  const [received] = peer.requests;
  const { resourceMetrics } = JSON.parse(String(received?.body));
  const { scope, metrics } = resourceMetrics[0].scopeMetrics[0];
  expect(scope).toMatchObject({ name: 'shop', version: '1.0' });
  const named = Object.fromEntries(metrics.map((metric: { name: string }) => [metric.name, metric]));
  expect(named.orders.sum).toMatchObject({
    aggregationTemporality: 1,
    isMonotonic: true,
    dataPoints: [{ asDouble: 3 }],
  });
  expect(named.carts.sum).toMatchObject({
    aggregationTemporality: 2,
    isMonotonic: false,
    dataPoints: [{ asDouble: -1 }],
  });
  expect(named.load.gauge.dataPoints).toMatchObject([{ asDouble: 0.5 }]);
  expect(named.sizes.histogram.dataPoints).toMatchObject([
    { count: 1, sum: 5, min: 5, max: 5, explicitBounds: [1, 10], bucketCounts: [0, 1, 0] },
  ]);
  expect(named.times.exponentialHistogram.dataPoints).toMatchObject([
    { count: 1, sum: 5, scale: 20, zeroCount: 0, positive: { bucketCounts: [1] } },
  ]);
  expect(named.heat.gauge.dataPoints).toMatchObject([{ asDouble: 21 }]);
});

test('several stock readers with different temporalities', async () => {
  const exporters = [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA].map(
    (each) => new InMemoryMetricExporter(each),
  );
  const readers = exporters.map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 }),
  );
  const provider = new MeterProvider({ readers });
  const counter = provider.getMeter('m').createCounter('m');
  for (const value of [1, 2]) {
    counter.add(value);
    await provider.forceFlush();
  }
  expect(exporters.map((exporter) => pointsOf(exporter.getMetrics()[1] as never)[0]?.value)).toEqual([3, 2]);
  await provider.shutdown();
  await expect(provider.shutdown()).resolves.toBeUndefined();
});

test('rejects a reader that belongs to another provider, as the stock provider does', () => {
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(0),
    exportIntervalMillis: 60_000,
  });
  const first = new MeterProvider({ readers: [reader] });
  expect(() => new MeterProvider({ readers: [reader] })).toThrow();
  return first.shutdown();
});
