/** Readers and resources with the interfaces of sdk-metrics 1. */
import { InMemoryMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { MeterProvider } from 'otelier/engine';
import { expect, test } from 'vitest';
import type { IResource } from '../../src/model/otel-data.js';

/** Resource without `getRawAttributes`, whose attributes resolve later. */
class LegacyResource implements IResource {
  #attributes: Record<string, string> = {};
  get attributes() {
    return this.#attributes;
  }
  get asyncAttributesPending() {
    return Object.keys(this.#attributes).length === 0;
  }
  async waitForAsyncAttributes() {
    this.#attributes = { 'service.name': 'shop' };
  }
  merge() {
    return this;
  }
}

/** Reader whose aggregations have a method in place of options. */
class LegacyReader extends PeriodicExportingMetricReader {
  override selectAggregation(): never {
    return { createAggregator: () => ({ kind: 3, _boundaries: [1, 10], _recordMinMax: false }) } as never;
  }
}

test('a legacy resource and a legacy aggregation work as their current forms', async () => {
  const exporter = new InMemoryMetricExporter(1);
  const reader = new LegacyReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ resource: new LegacyResource(), readers: [reader] });
  provider.getMeter('shop').createHistogram('sizes').record(5);
  await provider.forceFlush();
  const [collected] = exporter.getMetrics();
  expect(collected?.resource.attributes).toEqual({ 'service.name': 'shop' });
  expect(collected?.resource.asyncAttributesPending).toBe(false);
  expect(collected?.resource.merge(null).getRawAttributes()).toEqual([['service.name', 'shop']]);
  expect(collected?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value).toEqual({
    count: 1,
    sum: 5,
    buckets: { boundaries: [1, 10], counts: [0, 1, 0] },
  });
  await provider.shutdown();
});
