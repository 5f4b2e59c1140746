/** Measurements within a sampled span can be queried with their trace, in every format with exemplars. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bothPrometheus, realServer } from './available.js';
import { accepts, type Endpoint, startEndpoint } from './endpoint.js';
import { parseOpenMetrics } from './openmetrics-parser.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { inSpan, useTracing } from './tracing.js';

const python = realServer('PYTHON_CLIENT');
useTracing();

const traceId = '0af7651916cd43dd8448eb211c80319c';
const orderSpan = 'b7ad6b7169203331';
const waitSpan = '00f067aa0ba902b7';
const ofSpan = (spanId: string) => ({ trace_id: traceId, span_id: spanId });

/** Records one exemplar for the counter, one per bucket of the histogram, and none without a sampled span. */
function record({ provider }: Endpoint): void {
  const meter = provider.getMeter('traced');
  const orders = meter.createCounter('orders', { description: 'Orders.' });
  const options = { unit: 's', description: 'Wait.', advice: { explicitBucketBoundaries: [0.25, 1, 10] } };
  const waits = meter.createHistogram('wait', options);
  const untraced = meter.createCounter('untraced', { description: 'Not sampled.' });
  inSpan(traceId, orderSpan, true, () => orders.add(7, { channel: 'web' }));
  inSpan(traceId, waitSpan, true, () => {
    for (const value of [0.125, 0.5, 64]) waits.record(value);
  });
  inSpan(traceId, orderSpan, false, () => untraced.add(1));
  waits.record(5);
}

const orderExemplars = [{ labels: ofSpan(orderSpan), value: 7 }];
const waitExemplars = { '0.25': 0.125, '1': 0.5, '+Inf': 64 };

interface SeriesExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { labels: Record<string, string>; value: string; timestamp: number }[];
}

describe.each(bothPrometheus())('$title', ({ server }) => {
  if (server.missing) return test.skip('needs the server', () => undefined);
  let endpoint: Endpoint;
  let startUnixMs: number;
  const servers: Record<string, PrometheusServer> = {};
  beforeAll(async () => {
    endpoint = await startEndpoint();
    startUnixMs = Date.now();
    record(endpoint);
    const jobs = [{ name: 'traced', target: endpoint.target }];
    servers['openMetrics'] = await startPrometheus(server.bin, jobs, ['exemplar-storage']);
    servers['protobuf'] = await startPrometheus(server.bin, jobs, ['exemplar-storage', 'native-histograms']);
    for (const each of Object.values(servers)) await each.untilUp('traced');
  });
  afterAll(async () => {
    for (const each of Object.values(servers)) await each.stop();
    await endpoint?.stop();
  });

  describe.each(['openMetrics', 'protobuf'])('by %s', (format) => {
    const exemplarsOf = async (query: string) => {
      const all = { query, start: '0', end: '9999999999' };
      return (servers[format] as PrometheusServer).api<SeriesExemplars[]>('query_exemplars', all);
    };
    const numbers = ({ exemplars }: SeriesExemplars) =>
      exemplars.map(({ labels, value }) => ({ labels, value: Number(value) }));

    test('has the exemplar of a counter', async () => {
      const series = await exemplarsOf('orders_total');
      expect(series.map(({ seriesLabels }) => seriesLabels)).toMatchObject([{ channel: 'web', job: 'traced' }]);
      expect(series.map(numbers)).toEqual([orderExemplars]);
    });

    test('has one exemplar per bucket of a histogram', async () => {
      const series = await exemplarsOf('wait_seconds_bucket');
      const found = series.map((each) => [each.seriesLabels['le'], numbers(each)]);
      const expected = Object.entries(waitExemplars).map(([le, value]) => [
        le === '+Inf' ? le : expect.stringMatching(new RegExp(`^${le}(\\.0)?$`)),
        [{ labels: ofSpan(waitSpan), value }],
      ]);
      expect(found).toEqual(expect.arrayContaining(expected));
      expect(found).toHaveLength(expected.length);
    });

    test('has the time of the measurement', async () => {
      const series = await exemplarsOf('orders_total');
      const [{ timestamp = 0 } = {}] = series.flatMap(({ exemplars }) => exemplars);
      // Seconds with millisecond precision.
      expect(timestamp * 1_000).toBeGreaterThanOrEqual(startUnixMs - 1);
      expect(timestamp * 1_000).toBeLessThan(startUnixMs + 1_000);
    });

    test('has no exemplar without a sampled span', async () => {
      expect(await (servers[format] as PrometheusServer).valueOf('untraced_total')).toBe(1);
      expect(await exemplarsOf('untraced_total')).toEqual([]);
    });
  });
});

describe.skipIf(python.missing)(`prometheus_client${python.note}`, () => {
  test('reads exemplars of counters and buckets', async () => {
    const endpoint = await startEndpoint();
    try {
      record(endpoint);
      const families = parseOpenMetrics(python.bin, await endpoint.scrape(accepts.openMetrics));
      const samples = families.flatMap((family) => family.samples.filter(({ exemplar }) => exemplar !== null));
      const found = samples.map(({ name, labels, exemplar }) => [name, labels['le'], exemplar]);
      expect(found).toEqual([
        ['orders_total', undefined, { labels: ofSpan(orderSpan), value: 7 }],
        ['wait_seconds_bucket', '0.25', { labels: ofSpan(waitSpan), value: 0.125 }],
        ['wait_seconds_bucket', '1.0', { labels: ofSpan(waitSpan), value: 0.5 }],
        ['wait_seconds_bucket', '+Inf', { labels: ofSpan(waitSpan), value: 64 }],
      ]);
    } finally {
      await endpoint.stop();
    }
  });
});
