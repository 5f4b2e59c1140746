/** An observable callback that never ends delays neither the last delivery nor an exposition beyond their limits. */
import { counter, defineCatalogue, observableGauge, type StartSettings, startMetrics } from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';
import { captureWarnings } from '../support/warnings.js';

const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }),
  pool: observableGauge({ name: 'app.pool', unit: '{connection}', description: 'Connections.' }),
});
const hang = () => new Promise<void>(() => {});
/** Matches the line of a backend; the number is half of the time that is left, which depends on the machine. */
const overrunOf = (backend: string) =>
  new RegExp(
    `^${backend}: incomplete collection: observableGauge "app.pool": callback did not finish within [0-9]{2,3} ms; ` +
      'the affected series are missing; other metrics are not affected$',
  );

describe.each([
  ['otlp', (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })],
  ['pushgateway', (url: string) => ({ OTELIER_PUSHGATEWAY_URL: url })],
  ['datadog', (url: string) => ({ DD_API_KEY: '0123456789abcdef0123456789abcdef', OTELIER_DATADOG_ENDPOINT: url })],
  ['console', () => ({})],
] as const)('the backend %s', (name, variables) => {
  test.each(['forceFlush', 'shutdown'] as const)('delivers all other metrics in %s', async (method) => {
    const peer = await startHttpPeer(() => ({ status: 202, body: '{}' }));
    onTestFinished(peer.close);
    const printed: string[] = [];
    const warnings = captureWarnings();
    const { write } = process.stdout;
    if (name === 'console') {
      process.stdout.write = ((text: string, written?: () => void) => {
        printed.push(text);
        written?.();
        return true;
      }) as typeof write;
      onTestFinished(() => {
        process.stdout.write = write;
      });
    }
    const metrics = startMetrics({
      isolated: true,
      environment: { OTEL_METRICS_EXPORTER: name, ...variables(peer.url) },
      logLevel: 'none',
      shutdownTimeoutMs: 600,
      catalogues: { shop },
    });
    onTestFinished(async () => void (await metrics.shutdown()));
    await metrics.ready;
    warnings.length = 0;
    metrics.shop.orders.add(41);
    metrics.shop.pool.addCallback(hang);
    expect(await metrics[method]()).toMatchObject({ ok: true });
    const received = [...peer.requests.map(({ body }) => body.toString()), ...printed].join('\n');
    expect(received).toMatch(/shop.orders.*41/s);
    expect(warnings).toEqual([expect.stringMatching(overrunOf(name))]);
  });
});

test('a second flush does not repeat the line of the first', async () => {
  const peer = await startHttpPeer();
  onTestFinished(peer.close);
  const warnings = captureWarnings();
  const environment = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: peer.url };
  const settings: StartSettings = { isolated: true, environment, logLevel: 'none', shutdownTimeoutMs: 300 };
  const metrics = startMetrics({ ...settings, catalogues: { shop } });
  metrics.shop.pool.addCallback(hang);
  await metrics.ready;
  warnings.length = 0;
  await metrics.forceFlush();
  await metrics.forceFlush();
  await metrics.shutdown();
  expect(warnings).toEqual([expect.stringMatching(overrunOf('otlp'))]);
});

test('a reader of the application collects all other metrics in a flush', async () => {
  const reader = new InMemoryReader();
  const flushing: StartSettings = { isolated: true, environment: {}, readers: [reader], shutdownTimeoutMs: 300 };
  const metrics = startMetrics({ ...flushing, catalogues: { shop } });
  onTestFinished(async () => void (await metrics.shutdown()));
  metrics.shop.orders.add(41);
  metrics.shop.pool.addCallback(hang);
  let collected: Awaited<ReturnType<typeof reader.collect>> | undefined;
  Object.assign(reader, {
    forceFlush: async () => {
      collected = await reader.collect();
    },
  });
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(collected?.errors.map(String)).toEqual([
    expect.stringMatching(/^Error: observableGauge "app.pool": callback did not finish within [0-9]{2,3} ms$/),
  ]);
});

describe('a program', () => {
  const program = (end: string) => `
    import { counter, defineCatalogue, observableGauge, startMetrics } from 'otelier';
    const shop = defineCatalogue({
      orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }),
      pool: observableGauge({ name: 'app.pool', unit: '{connection}', description: 'Connections.' }),
    });
    const metrics = startMetrics({ catalogues: { shop } });
    metrics.shop.orders.add(41);
    metrics.shop.pool.addCallback(() => new Promise(() => {}));
    ${end}`;

  test.each<[title: string, end: string, isKilled: boolean]>([
    ['ends by itself', '', false],
    ['shuts down', 'await metrics.shutdown();', false],
    ['gets SIGTERM', `setInterval(() => {}, 1_000); console.log('up');`, true],
    [
      'gets SIGTERM during a collection',
      `setInterval(() => {}, 1_000); void metrics.exposition(); setTimeout(() => console.log('up'), 50);`,
      true,
    ],
  ])('that %s delivers all other metrics', async (_, end, isKilled) => {
    const peer = await startHttpPeer();
    onTestFinished(peer.close);
    const app = startApp(program(end), {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTELIER_SHUTDOWN_TIMEOUT: '1000',
    });
    if (isKilled) {
      await app.printed(/up/);
      app.child.kill('SIGTERM');
    }
    const { signal, stderr } = await app.end;
    expect(signal).toBe(isKilled ? 'SIGTERM' : null);
    expect(peer.requests.map(({ body }) => body.toString()).join('\n')).toContain('"asDouble":41');
    const line = /^\[otelier\] warn: .*observableGauge "app.pool": callback did not finish within \d+ ms; /;
    for (const each of stderr.trim().split('\n')) expect(each).toMatch(line);
  });

  test.each([
    ['metrics.exposition()', 'const text = await metrics.exposition(); console.log(/^shop_orders.* 41$/m.test(text));'],
    [
      'collect() of the reader for tests',
      `const { InMemoryReader } = await import('otelier/testing');
       const reader = new InMemoryReader();
       const other = startMetrics({ isolated: true, readers: [reader], catalogues: { other: shop } });
       other.other.pool.addCallback(() => new Promise(() => {}));
       console.log((await reader.collect()).errors.length === 1);`,
    ],
    [
      'forceFlush() of the provider of the engine',
      `const { metrics: api } = await import('@opentelemetry/api');
       await api.getMeterProvider().forceFlush();
       console.log(true);`,
    ],
  ])('that only awaits %s goes on after the limit of callbacks', async (_, end) => {
    const { code, stdout } = await startApp(program(end), {
      OTEL_METRICS_EXPORTER: 'console',
      OTELIER_SHUTDOWN_TIMEOUT: '200',
    }).end;
    expect({ code, isPrinted: stdout.includes('true') }).toEqual({ code: 0, isPrinted: true });
  });
});
