/** `metrics_export_latency_ms` of the pack `agent`, which every backend feeds. */
import { type ConfiguredBackend, startMetrics } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { agent } from 'otelier/packs/agent';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';
import { ask } from '../support/http-raw.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

// biome-ignore lint/suspicious/noExplicitAny: backends with any options.
type AnyBackend = ConfiguredBackend<any>;

/** Starts the pack with a backend. Returns the metrics and a function that reads count and sum of the latency. */
async function start(backend: AnyBackend) {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    clock,
    packs: { agents: agent({ namespace: 'lazybird' }) },
    backends: [backend],
  });
  stops.push(metrics.shutdown);
  await metrics.ready;
  const latency = async () => {
    const text = await metrics.exposition();
    return ['count', 'sum'].map((part) =>
      Number(new RegExp(`^lazybird_metrics_export_latency_ms_${part}(?:{.*})? (.*)$`, 'm').exec(text)?.[1] ?? 0),
    );
  };
  return { metrics, clock, latency };
}

test('each scrape is recorded once, whatever the number of scrapers that share it', async () => {
  const { metrics, latency } = await start(prometheus({ host: '127.0.0.1', port: 0 }));
  const url = metrics.status().backends[0]?.url as string;
  expect(await latency()).toEqual([0, 0]);
  for (let scrape = 1; scrape <= 3; scrape++) {
    expect((await ask(url)).text).toContain('lazybird_metrics_export_latency_ms');
    expect(await latency()).toEqual([scrape, 0]);
  }
  expect((await ask(`${url.replace('/metrics', '/health')}`)).status).toBe(200);
  expect(await latency()).toEqual([3, 0]);
});

test.each<[string, (url: string) => AnyBackend]>([
  ['otlp', (endpoint) => otlp({ endpoint })],
  ['datadog', (endpoint) => datadog({ endpoint, apiKey: '0123456789abcdef0123456789abcdef' })],
  ['pushgateway', (url) => pushgateway({ url, job: 'test' })],
])('each push of %s is recorded in milliseconds, also if it fails', async (_, backend) => {
  let status = 202;
  let started: Awaited<ReturnType<typeof start>> | undefined;
  const peer = await startHttpPeer(() => {
    started?.clock.advance(40);
    return { status };
  });
  stops.push(peer.close);
  started = await start(backend(peer.url));
  const { metrics, latency } = started;
  metrics.agents.queueDepth(1);
  await metrics.forceFlush();
  const [count, sum = 0] = await latency();
  expect(count).toBe(1);
  expect(sum).toBeGreaterThanOrEqual(40);
  status = 400;
  await metrics.forceFlush();
  expect((await latency())[0]).toBe(2);
});

test('a call for a reader of the application adds to it', async () => {
  const { metrics, latency } = await start(prometheus({ host: '127.0.0.1', port: 0 }));
  metrics.agents.exported(12);
  expect(await latency()).toEqual([1, 12]);
});
