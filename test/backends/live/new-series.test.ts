/** Series that appear while somebody watches: their first recordings are part of rates, shares and percentiles. */
import { afterEach, expect, test, vi } from 'vitest';
import { counter, defineCatalogue, observableCounter, text } from '../../../src/index.js';
import type { AcknowledgedProducer } from '../../../src/model/collected.js';
import { gateway } from '../../../src/packs/gateway/index.js';
import { shopCatalogue } from '../../panels/catalogue.js';
import { type Received, scene } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

const jobs = defineCatalogue({
  errors: counter({ name: 'jobs.errors', unit: '{error}', description: 'Errors.', attributes: { error_type: text() } }),
  cpu: observableCounter({ name: 'jobs.cpu', unit: 's', description: 'Time.' }),
});

/** Returns the values of a field in all updates. */
function valuesOf(received: readonly Received[], field: string) {
  return received.map(({ message }) => 'metrics' in message && (message.metrics as Record<string, unknown>)[field]);
}

test('a burst of a new series is part of each window that includes its start', async () => {
  const { client, seconds, instruments } = scene();
  const { errors } = instruments(jobs);
  const { checkout, payload } = instruments(shopCatalogue);
  const metrics = ['jobs.errors', 'shop.checkout.duration', 'shop.payload_bytes'];
  const watcher = client({ metrics });
  errors.add(1, { error_type: 'old' });
  await seconds(15);
  errors.add(500, { error_type: 'new' });
  for (let each = 0; each < 500; each++) {
    checkout.record(0.3, { channel: 'web' });
    payload.record(3);
  }
  await seconds(1);
  expect(watcher.update().metrics).toEqual({
    'jobs.errors': 50,
    'shop.checkout.duration.rate': 50,
    'shop.checkout.duration.mean': 0.3,
    'shop.checkout.duration.p50': 0.3,
    'shop.checkout.duration.p95': 0.48,
    'shop.checkout.duration.p99': 0.496,
    'shop.payload_bytes.rate': 50,
    'shop.payload_bytes.mean': 3,
    'shop.payload_bytes.p50': expect.closeTo(3, 1),
    'shop.payload_bytes.p95': expect.closeTo(3, 1),
    'shop.payload_bytes.p99': expect.closeTo(3, 1),
  });
  await seconds(14);
  for (const field of ['jobs.errors', 'shop.checkout.duration.rate', 'shop.payload_bytes.rate']) {
    const seen = valuesOf(watcher.received, field).slice(-15);
    // As in Prometheus, a window does not include its first moment.
    expect([field, seen]).toEqual([field, [...new Array<number>(9).fill(50), ...new Array<number>(6).fill(0)]]);
  }
});

test('a bound handle counts from its first recording, also if time passes within a collection', async () => {
  const own = scene({
    producer() {
      const producer = own.provider.snapshotProducer() as AcknowledgedProducer;
      const begin: AcknowledgedProducer['begin'] = async (options) => {
        const collected = await producer.begin(options);
        own.clock.advance(3);
        return collected;
      };
      return { ...producer, begin };
    },
  });
  const handle = own.instruments(jobs).errors.bind({ error_type: 'bound' });
  const watcher = own.client({ metrics: ['jobs.errors'] });
  await own.seconds(15);
  handle.add(500);
  await own.seconds(1);
  expect(watcher.update().metrics['jobs.errors']).toBeCloseTo(50, 0);
});

test('the fields of the gateway include a new provider at once', async () => {
  const { client, seconds, packs, instruments } = scene();
  const { catalogue } = gateway();
  packs.push({ name: 'gateway', metrics: catalogue.metrics });
  const { requests, failures, duration } = instruments(catalogue);
  const watcher = client();
  await seconds(15);
  requests.add(100, { provider: 'new' });
  failures.add(25, { provider: 'new' });
  for (let each = 0; each < 100; each++) duration.record(0.1, { provider: 'new' });
  await seconds(1);
  const { requests_per_second, error_rate, p99_latency_ms } = watcher.update().metrics;
  expect([requests_per_second, error_rate]).toEqual([10, 0.25]);
  expect(p99_latency_ms).toBeCloseTo(127.4, 1);
});

test('the values now include a series that appears between the two collections', async () => {
  const { feed, seconds, instruments } = scene();
  const { errors } = instruments(jobs);
  const values = feed.snapshot({ type: 'subscribe', metrics: ['jobs.errors'] });
  await seconds(1, () => errors.add(500, { error_type: 'new' }));
  // The window of the first rate is two seconds.
  expect((await values).metrics).toEqual({ 'jobs.errors': 250 });
});

test('nothing is known of the time before the first collection, and of totals that callbacks observe', async () => {
  const { client, seconds, instruments } = scene();
  const { errors, cpu } = instruments(jobs);
  errors.add(500, { error_type: 'old' });
  const watcher = client({ metrics: ['jobs.errors', 'jobs.cpu'] });
  await seconds(5);
  // A collector that starts late reads the total since the start of the process.
  cpu.addCallback((observation) => observation.observe(3_600));
  await seconds(5);
  expect(new Set(valuesOf(watcher.received, 'jobs.errors'))).toEqual(new Set([0]));
  expect(new Set(valuesOf(watcher.received, 'jobs.cpu'))).toEqual(new Set([null, 0]));
});
