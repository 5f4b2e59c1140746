/** `MeterProvider` without a resource, and with `sdkMetricsEnabled`, behaves as that of sdk-metrics. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
  MeterProvider as StockMeterProvider,
} from '@opentelemetry/sdk-metrics';
import { MeterProvider } from 'otelier/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { PlainReader } from './provider.js';

const providers = { stock: StockMeterProvider, ours: MeterProvider };

afterEach(() => diag.disable());

/** Collects once, and once more for the SDK metrics of the first collection. */
async function collect(kind: keyof typeof providers, sdkMetricsEnabled?: boolean) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new providers[kind]({
    readers: [reader as MetricReader],
    ...(sdkMetricsEnabled === undefined ? {} : { sdkMetricsEnabled }),
  });
  provider.getMeter('test').createCounter('m').add(1);
  await provider.forceFlush();
  await provider.forceFlush();
  const last = exporter.getMetrics().at(-1);
  await provider.shutdown();
  const names = last?.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name)).sort();
  return { resource: last?.resource, names };
}

test('without a resource, the attributes are those of the SDK', async () => {
  const { resource } = await collect('ours');
  expect(resource?.attributes).toEqual(defaultResource().attributes);
  expect(resource?.attributes['service.name']).toMatch(/^unknown_service:/);
});

test.each([
  null,
  resourceFromAttributes({ 'service.name': 'shop', region: 'eu' }),
  resourceFromAttributes({ 'host.id': Promise.resolve('h') }),
])('merges as the resource of the SDK: %#', async (other) => {
  const { resource } = await collect('ours');
  const [ours, stock] = [resource?.merge(other), defaultResource().merge(other)];
  await Promise.all([ours?.waitForAsyncAttributes?.(), stock.waitForAsyncAttributes?.()]);
  expect(ours?.attributes).toEqual(stock.attributes);
});

test.each([undefined, false, true])(
  'sdkMetricsEnabled: %s exports the metrics that sdk-metrics exports',
  async (given) => {
    const [ours, stock] = [await collect('ours', given), await collect('stock', given)];
    expect(ours.names).toEqual(stock.names);
    expect((ours.names?.length ?? 0) > 1).toBe(given === true);
  },
);

test('sdkMetricsEnabled is refused for a reader that does not support it', () => {
  const warn = vi.fn();
  const ignore = () => {};
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  new MeterProvider({ readers: [new PlainReader() as never], sdkMetricsEnabled: true });
  expect(warn.mock.calls.flat().filter((text) => String(text).includes('sdkMetricsEnabled'))).toHaveLength(1);
});
