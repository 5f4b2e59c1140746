import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile, renderTable } from '../../src/backends/console/render-table.js';
import { OnDemandReader } from '../support/stock.js';

const at = new Date('2026-02-03T04:05:06.789Z');

async function collected(record: (meter: ReturnType<MeterProvider['getMeter']>) => void) {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    views: [{ instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  record(provider.getMeter('test'));
  return (await reader.collect()).resourceMetrics;
}

test('prints a line for every kind of metric', async () => {
  const metrics = await collected((meter) => {
    const requests = meter.createCounter('requests', { unit: '{request}' });
    requests.add(1204, { route: '/rerank', status: 200 });
    requests.add(3, { route: '/rerank', status: 500 });
    meter.createUpDownCounter('in_flight').add(-2);
    meter.createGauge('ratio', { unit: '1' }).record(0.123456789);
    meter.createGauge('large').record(1_700_000_000.5);
    const latency = meter.createHistogram('latency', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1, 10] } });
    for (const seconds of [0.05, 0.2, 0.3, 0.4, 20]) latency.record(seconds);
    meter.createHistogram('exponential').record(7);
    meter.createGauge('hostile').record(1, { text: 'a\nb\u001b[31m\u2028' });
  });
  const table = renderTable(metrics, at);
  expect(table.replaceAll('\n', '')).toMatch(/^[^\p{Cc}]*$/u);
  await expect(table).toMatchFileSnapshot('../golden/console/every-kind.txt');
});

test('prints only a heading for an empty collection', async () => {
  expect(renderTable(await collected(() => undefined), at)).toBe('shop at 2026-02-03T04:05:06.789Z: 0 series\n');
});

test('quantiles lie between minimum and maximum and are monotonic', () => {
  const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, (recorded) => {
      const boundaries = [-10, 0, 1, 10];
      const counts = [0, 0, 0, 0, 0];
      for (const value of recorded) {
        const index = boundaries.findIndex((bound) => value <= bound);
        counts[index === -1 ? 4 : index] = (counts[index === -1 ? 4 : index] as number) + 1;
      }
      const [min, max] = [Math.min(...recorded), Math.max(...recorded)];
      const at = (q: number) => quantile(q, { buckets: { boundaries, counts }, count: recorded.length, min, max });
      const quantiles = [0, 0.25, 0.5, 0.75, 0.99, 1].map(at);
      for (const [index, value] of quantiles.entries()) {
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        if (index > 0) expect(value).toBeGreaterThanOrEqual(quantiles[index - 1] as number);
      }
    }),
  );
});

test.each([
  ['the lower bound of the first value', 0, [1, 0, 1, 0], 0.5, 2.5, 0.5],
  ['the upper bound of the bucket that the rank completes', 0.5, [1, 0, 1, 0], 0.5, 2.5, 1],
  ['the maximum', 1, [1, 0, 1, 0], 0.5, 2.5, 2.5],
  ['a point within the bucket', 0.5, [0, 2, 0, 0], undefined, undefined, 1.5],
  ['a point above 0 in the first bucket without a minimum', 0.5, [2, 0, 0, 0], undefined, undefined, 0.5],
  ['a point above a negative minimum', 0.5, [2, 0, 0, 0], -3, 1, -1],
  ['the last bound without a maximum', 0.5, [0, 0, 0, 4], undefined, undefined, 3],
  ['a point between the last bound and the maximum', 0.5, [0, 0, 0, 4], 3.5, 7, 5.25],
])('a quantile is %s', (_, q, counts, min, max, expected) => {
  const count = counts.reduce((total, each) => total + each, 0);
  expect(quantile(q, { buckets: { boundaries: [1, 2, 3], counts }, count, min, max })).toBe(expected);
});
