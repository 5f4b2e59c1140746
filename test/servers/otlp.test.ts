/** OTLP over HTTP and gRPC to a real receiver: every encoding arrives complete, with the configured temporality. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNode } from '../support/program.js';
import { realServer } from './available.js';
import type { ReceivedMetric, ReceivedPoint } from './debug-log.js';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.js';
import { startRelay } from './relay.js';

const server = realServer('OTLP_RECEIVER');
const push = fileURLToPath(new URL('fixtures/push.mjs', import.meta.url));

describe.skipIf(server.missing)(`OTLP to a real receiver${server.note}`, () => {
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    receiver = await startOtlpReceiver(server.bin);
  });
  afterAll(() => receiver?.stop());

  /** Runs an application that pushes two rounds. */
  async function pushTo(url: string, serviceName: string, env: Record<string, string>): Promise<void> {
    const program = startNode([push], {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_SERVICE_NAME: serviceName,
      OTELIER_WITHOUT_SELF_METRICS: 'true',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%20b',
      ...env,
    });
    const { code } = await program.end;
    expect(code, program.output()).toBe(0);
  }

  /** Runs an application that pushes two rounds over HTTP, and returns the requests. */
  async function pushTwice(serviceName: string, env: Record<string, string>) {
    const relay = await startRelay(receiver.url);
    try {
      await pushTo(relay.url, serviceName, env);
      return relay.requests;
    } finally {
      await relay.stop();
    }
  }

  const metricsOf = (serviceName: string) => receiver.received(serviceName).map(({ metrics }) => metrics);

  describe.each([
    { protocol: 'http/protobuf', contentType: 'application/x-protobuf' },
    { protocol: 'http/json', contentType: 'application/json' },
  ])('$protocol', ({ protocol, contentType }) => {
    test.each([
      { compression: 'none', contentEncoding: undefined },
      { compression: 'gzip', contentEncoding: 'gzip' },
    ])('arrives complete, compression $compression', async ({ compression, contentEncoding }) => {
      const serviceName = `shop ${protocol} ${compression}`;
      const requests = await pushTwice(serviceName, {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
      });
      const sent = { path: '/v1/metrics', contentType, contentEncoding, status: 200 };
      expect(requests).toMatchObject([sent, sent]);
      await expect.poll(() => metricsOf(serviceName), { timeout: 10_000 }).toEqual([firstRound(), totals()]);
      for (const { resource } of receiver.received(serviceName)) {
        expect(resource).toMatchObject({
          'service.name': `Str(${serviceName})`,
          'deployment.environment.name': 'Str(test)',
          team: 'Str(a b)',
          'telemetry.sdk.language': 'Str(nodejs)',
        });
      }
    });
  });

  test.each(['none', 'gzip'])('grpc arrives complete, compression %s', async (compression) => {
    const serviceName = `shop grpc ${compression}`;
    await pushTo(receiver.grpcUrl, serviceName, {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    });
    await expect.poll(() => metricsOf(serviceName), { timeout: 10_000 }).toEqual([firstRound(), totals()]);
    for (const { resource } of receiver.received(serviceName)) {
      expect(resource).toMatchObject({ 'service.name': `Str(${serviceName})`, team: 'Str(a b)' });
    }
  });

  test('temporality delta: the second push contains only the changes since the first', async () => {
    const serviceName = 'shop delta';
    await pushTwice(serviceName, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' });
    await expect.poll(() => metricsOf(serviceName), { timeout: 10_000 }).toEqual([firstRound('delta'), differences()]);
  });
});

const web = { channel: 'Str(web)', express: 'Bool(true)', shelf: 'Int(7)', article: 'Str(größe "L" \\ 木)' };
const app = { channel: 'Str(app)', express: 'Bool(false)', shelf: 'Int(-1)', article: 'Str()' };
const north = { sensor: 'Str(north)' };

function firstRound(temporality = 'cumulative'): ReceivedMetric[] {
  return shop(temporality, {
    orders: [value(2, web), value(1, app)],
    carts: 3,
    temperature: -3.25,
    weight: { values: { Count: 5, Sum: 73.5, Min: 0.25, Max: 64 }, buckets: [2, 1, 1, 1] },
    observed: [1024, 4, 2.5],
  });
}

function totals(): ReceivedMetric[] {
  return shop('cumulative', {
    orders: [value(5, web), value(1, app)],
    carts: 1,
    temperature: 21.5,
    weight: { values: { Count: 6, Sum: 75.5, Min: 0.25, Max: 64 }, buckets: [2, 1, 2, 1] },
    observed: [4096, 1, 0],
  });
}

function differences(): ReceivedMetric[] {
  return shop('delta', {
    orders: [value(3, web)],
    carts: 1,
    temperature: 21.5,
    weight: { values: { Count: 1, Sum: 2, Min: 2, Max: 2 }, buckets: [0, 0, 1, 0] },
    observed: [3072, 1, 0],
  });
}

interface Round {
  orders: ReceivedPoint[];
  carts: number;
  temperature: number;
  weight: Pick<ReceivedPoint, 'values' | 'buckets'>;
  observed: [read: number, open: number, depth: number];
}

/** Returns the expected metrics. Up-down counters stay cumulative with every preference. */
function shop(temporality: string, { orders, carts, temperature, weight, observed }: Round): ReceivedMetric[] {
  const [read, open, depth] = observed;
  const sum = { type: 'Sum', temporality, monotonic: true };
  const level = { type: 'Sum', temporality: 'cumulative', monotonic: false };
  return [
    { name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', ...sum, points: orders },
    { name: 'shop.carts', unit: '{cart}', description: 'Carts that are open.', ...level, points: [value(carts)] },
    {
      ...{ name: 'cellar.temperature', unit: 'Cel', description: 'Temperature in the cellar.', type: 'Gauge' },
      points: [value(temperature, north)],
    },
    {
      ...{ name: 'parcel.weight', unit: 'kg', description: 'Weight of parcels.', type: 'Histogram', temporality },
      points: [{ attributes: { carrier: 'Str(bike)' }, bounds: [0.5, 1, 10], ...weight }],
    },
    { name: 'disk.read', unit: 'By', description: 'Bytes read.', ...sum, points: [value(read)] },
    { name: 'disk.open_files', unit: '{file}', description: 'Files that are open.', ...level, points: [value(open)] },
    { name: 'queue.depth', unit: '{job}', description: 'Jobs that wait.', type: 'Gauge', points: [value(depth)] },
  ];
}

function value(number: number, attributes: ReceivedPoint['attributes'] = {}): ReceivedPoint {
  return { attributes, values: { Value: number }, bounds: [], buckets: [] };
}
