/** The account after a shutdown: every point that was collected is exported, rejected, dropped or waiting. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { pushgateway } from 'otelier/backends/pushgateway';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const catalogue = defineCatalogue({
  jobs: counter({
    name: 'jobs.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { queue: text({ limit: 200 }) },
  }),
});
const series = 100;

type Backend = 'otlp' | 'otlp, several requests' | 'pushgateway';

/** Starts metrics whose collections have `series` points. */
function start(url: string, backend: Backend, spoolDirectory?: string) {
  const endpoint = `${url}/v1/metrics`;
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    exportIntervalMs: 3_600_000,
    shutdownTimeoutMs: 1_000,
    ...(spoolDirectory === undefined ? {} : { spoolDirectory }),
    catalogues: { catalogue },
    backends: [
      backend === 'pushgateway'
        ? pushgateway({ url, withoutTargetInfo: true, timeoutMs: 300 })
        : otlp({ endpoint, timeoutMs: 300, ...(backend === 'otlp' ? {} : { maxRequestBytes: 2_048 }) }),
    ],
  });
  onTestFinished(async () => void (await metrics.shutdown()));
  const record = () => {
    for (let queue = 0; queue < series; queue++) metrics.catalogue.jobs.add(1, { queue: `q${queue}` });
  };
  const status = () => metrics.status().backends[0] as NonNullable<ReturnType<typeof metrics.status>['backends'][0]>;
  return { metrics, record, status };
}

async function peerThat(answer: (count: number) => Answer) {
  const peer = await startHttpPeer((_, count) => answer(count));
  onTestFinished(peer.close);
  return peer;
}

const answers: Readonly<Record<string, Answer>> = {
  'answers 503': { status: 503 },
  'answers 504, so that the points may have arrived': { status: 504 },
  'does not answer, so that the points may have arrived': 'hang',
};
const backends: readonly Backend[] = ['otlp', 'otlp, several requests', 'pushgateway'];
const failures = Object.keys(answers).flatMap((answer) => backends.map((backend) => [answer, backend] as const));

test.each(failures)('without a spool, points are dropped as closed if the peer %s: %s', async (answer, backend) => {
  const peer = await peerThat(() => answers[answer] as Answer);
  const { metrics, record, status } = start(peer.url, backend);
  record();
  expect(await metrics.shutdown()).toMatchObject({ ok: false });
  await vi.waitFor(() => expect(status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: series } }));
  expect(status()).not.toHaveProperty('waiting');
});

test.each(['together', 'during an export'])('counts each point once if a flush and a shutdown run %s', async (when) => {
  const peer = await peerThat(() => (when === 'together' ? { status: 503 } : { status: 503, delayMs: 100 }));
  const { metrics, record, status } = start(peer.url, 'otlp');
  record();
  const earlier = when === 'together' ? undefined : metrics.forceFlush();
  await Promise.all([earlier, metrics.forceFlush(), metrics.shutdown(), metrics.forceFlush()]);
  await vi.waitFor(() => expect(status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: series } }));
});

test('counts points that an earlier failure returned once', async () => {
  const peer = await peerThat(() => ({ status: 503 }));
  const { metrics, record, status } = start(peer.url, 'otlp');
  for (let flush = 0; flush < 3; flush++) {
    record();
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    expect(status().points.dropped).toEqual({});
  }
  await metrics.shutdown();
  expect(status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: series } });
});

test('drops points as closed if the peer is absent', async () => {
  const peer = await peerThat(() => ({ status: 200 }));
  await peer.close();
  const { metrics, record, status } = start(peer.url, 'otlp');
  record();
  expect(await metrics.shutdown()).toMatchObject({ ok: false });
  expect(status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: series } });
});

test('counts waiting requests and the collection behind them', async () => {
  const peer = await peerThat(() => ({ status: 504 }));
  const { metrics, record, status } = start(peer.url, 'otlp');
  record();
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  expect(status().waiting).toMatchObject({ points: series });
  record();
  await metrics.shutdown();
  expect(status().points).toEqual({ exported: 0, rejected: 0, dropped: { closed: 2 * series } });
});

test('drops the rest of a partly accepted collection as closed', async () => {
  const peer = await peerThat((count) => ({ status: count <= 2 ? 200 : 503 }));
  const { metrics, record, status } = start(peer.url, 'otlp, several requests');
  record();
  expect(await metrics.shutdown()).toMatchObject({ ok: false });
  const { exported, dropped } = status().points;
  expect(exported).toBeGreaterThan(0);
  expect(dropped).toEqual({ closed: series - exported });
});

test.each(Object.keys(answers))('with a spool, points stay waiting if the peer %s', async (answer) => {
  const directory = mkdtempSync(join(tmpdir(), 'closing-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const peer = await peerThat(() => answers[answer] as Answer);
  const { metrics, record, status } = start(peer.url, 'otlp', directory);
  record();
  expect(await metrics.shutdown()).toMatchObject({ ok: false });
  expect(status()).toMatchObject({
    points: { exported: 0, rejected: 0, dropped: {} },
    waiting: { requests: 1, points: series },
  });
});
