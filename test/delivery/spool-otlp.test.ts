/** OTLP with a spool: outages keep their resolution, nothing is lost or doubled, and flushes keep their deadlines. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, type StartSettings, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { pointsOfRequest } from '../formats/otlp/message.js';
import { FakeClock } from '../support/clock.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const jobs = defineCatalogue({
  done: counter({
    name: 'jobs.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { queue: text({ limit: 1_000 }) },
  }),
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  diag.disable();
});

const ok: Answer = { status: 200 };
const down: Answer = { status: 503 };

function spoolFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const storedFiles = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.request'));

/** Starts an endpoint that answers with `state.answer` and records the requests that it accepted. */
async function endpoint(first: Answer) {
  const state = { answer: first };
  const accepted: Buffer[] = [];
  const peer = await startHttpPeer(({ body }) => {
    const { answer } = state;
    if (answer !== 'hang' && answer.status === 200) accepted.push(body);
    return answer;
  });
  closing.push(peer.close);
  return { peer, state, windows: () => accepted.flatMap((body) => pointsOfRequest(body).map(windowOf)) };
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
}

function windowOf(point: Record<string, unknown>): Window {
  const milliseconds = (name: string) => Number((point[name] as bigint) / 1_000_000n);
  return {
    startMs: milliseconds('start_time_unix_nano'),
    endMs: milliseconds('time_unix_nano'),
    value: point['as_double'] as number,
  };
}

type Start = Pick<
  StartSettings,
  'clock' | 'exportIntervalMs' | 'shutdownTimeoutMs' | 'spoolMaxBytes' | 'spoolMaxAgeMs'
>;

function start(url: string, spoolDirectory: string, options: Start = {}, backend: Parameters<typeof otlp>[0] = {}) {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    catalogues: { jobs },
    spoolDirectory,
    exportIntervalMs: 3_600_000,
    ...options,
    backends: [otlp({ endpoint: `${url}/v1/metrics`, temporality: 'delta', ...backend })],
  });
  closing.push(metrics.shutdown);
  return metrics;
}

const sum = (windows: readonly Window[]) => windows.reduce((total, { value }) => total + value, 0);

describe('an outage', () => {
  test.each(['delta', 'cumulative'] as const)(
    'of ten intervals arrives as ten windows with their own times: %s',
    async (temporality) => {
      const { state, peer, windows } = await endpoint(ok);
      const clock = new FakeClock();
      const directory = spoolFolder();
      const metrics = start(peer.url, directory, { clock }, { temporality });
      const began = clock.nowUnixMs();
      for (let interval = 0; interval < 12; interval++) {
        state.answer = interval === 0 || interval === 11 ? ok : down;
        metrics.jobs.done.add(2 ** interval, { queue: 'mail' });
        clock.advance(1_000);
        expect(await metrics.forceFlush()).toMatchObject({ ok: state.answer === ok });
        expect(storedFiles(directory)).toHaveLength(state.answer === ok ? 0 : interval);
        const { waiting } = metrics.status().backends[0] ?? {};
        const bytes = storedFiles(directory).reduce((total, file) => total + statSync(join(directory, file)).size, 0);
        expect(waiting).toEqual(state.answer === ok ? undefined : { requests: interval, points: interval, bytes });
      }
      expect(windows()).toEqual(
        Array.from({ length: 12 }, (_, interval) => ({
          startMs: temporality === 'delta' ? began + interval * 1_000 : began,
          endMs: began + (interval + 1) * 1_000,
          value: temporality === 'delta' ? 2 ** interval : 2 ** (interval + 1) - 1,
        })),
      );
      const { points, state: health } = metrics.status().backends[0] ?? {};
      expect({ points, health }).toEqual({ points: { exported: 12, rejected: 0, dropped: {} }, health: 'ok' });
    },
  );

  test('of collections with several requests delivers each request unchanged', async () => {
    const { state, peer, windows } = await endpoint(down);
    const metrics = start(peer.url, spoolFolder(), {}, { maxRequestBytes: 2_048 });
    for (let interval = 0; interval < 5; interval++) {
      for (let queue = 0; queue < 100; queue++) metrics.jobs.done.add(1, { queue: `q${queue}` });
      await metrics.forceFlush();
    }
    expect(windows()).toEqual([]);
    state.answer = ok;
    await metrics.forceFlush();
    expect(peer.requests.length).toBeGreaterThan(20);
    expect(sum(windows())).toBe(500);
    expect(windows()).toHaveLength(500);
  });

  test('with Retry-After does not pause collections', async () => {
    const { state, peer, windows } = await endpoint({ status: 503, headers: { 'retry-after': '3' } });
    const directory = spoolFolder();
    // The wait is below the cap of ten intervals.
    const metrics = start(peer.url, directory, { exportIntervalMs: 400 });
    const adding = setInterval(() => metrics.jobs.done.add(1, { queue: 'mail' }), 5);
    closing.push(() => clearInterval(adding));
    await vi.waitFor(() => expect(storedFiles(directory).length).toBeGreaterThan(5), { timeout: 10_000 });
    expect(peer.requests).toHaveLength(1);
    state.answer = ok;
    await vi.waitFor(() => expect(windows().length).toBeGreaterThan(5), { timeout: 10_000 });
    clearInterval(adding);
    await vi.waitFor(async () => expect(await metrics.forceFlush()).toMatchObject({ ok: true }), { timeout: 10_000 });
    const arrived = windows();
    for (const [index, { startMs }] of arrived.entries()) {
      if (index > 0) expect(startMs).toBe(arrived[index - 1]?.endMs);
    }
    const { points } = metrics.status().backends[0] ?? {};
    expect(points).toEqual({ exported: arrived.length, rejected: 0, dropped: {} });
  });
});

test('a request is on disk while it waits for its second attempt', async () => {
  const { state, peer, windows } = await endpoint(ok);
  const directory = spoolFolder();
  const metrics = start(peer.url, directory, { exportIntervalMs: 1_500 });
  metrics.jobs.done.add(1, { queue: 'mail' });
  await vi.waitFor(() => expect(metrics.status().backends[0]).toMatchObject({ state: 'ok' }), { timeout: 5_000 });
  state.answer = down;
  metrics.jobs.done.add(10, { queue: 'mail' });
  await vi.waitFor(() => expect(storedFiles(directory)).toHaveLength(1), { timeout: 5_000, interval: 10 });
  expect(metrics.status().backends[0]).toMatchObject({ state: 'ok', inFlight: true });
  state.answer = ok;
  await vi.waitFor(() => expect(windows().map(({ value }) => value)).toEqual([1, 10]), { timeout: 5_000 });
  await vi.waitFor(() => expect(metrics.status().backends[0]).toMatchObject({ delivered: 2, failed: 0 }));
  expect(peer.requests).toHaveLength(3);
});

describe('a long backlog', () => {
  /** Flushes `count` collections of value 1. */
  async function collect(metrics: ReturnType<typeof start>, count: number): Promise<void> {
    for (let interval = 0; interval < count; interval++) {
      metrics.jobs.done.add(1, { queue: 'mail' });
      await metrics.forceFlush();
    }
  }

  test('that exceeds one export is delivered in the background, including the newest collection', async () => {
    const { state, peer, windows } = await endpoint(down);
    const directory = spoolFolder();
    const metrics = start(peer.url, directory, {}, { timeoutMs: 500 });
    await collect(metrics, 15);
    state.answer = { status: 200, delayMs: 80 };
    metrics.jobs.done.add(100, { queue: 'mail' });
    const flush = await metrics.forceFlush();
    expect(flush.backends[0]).toMatchObject({ ok: false, reason: expect.stringMatching(/still being delivered/) });
    expect(windows().length).toBeLessThan(15);
    await vi.waitFor(() => expect(storedFiles(directory)).toEqual([]), { timeout: 20_000 });
    expect(windows().map(({ value }) => value)).toEqual([...new Array(15).fill(1), 100]);
    expect(metrics.status().backends[0]?.points).toEqual({ exported: 16, rejected: 0, dropped: {} });
    // The collection is empty, and earlier requests were delivered.
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(metrics.status().backends[0]).toMatchObject({ state: 'ok', delivered: 1 });
  });

  test('does not extend the deadline of a flush or shutdown, and is left to the next start', async () => {
    const { state, peer, windows } = await endpoint(down);
    const directory = spoolFolder();
    const metrics = start(peer.url, directory, { shutdownTimeoutMs: 300 }, { timeoutMs: 1_000 });
    await collect(metrics, 50);
    state.answer = { status: 200, delayMs: 100 };
    const began = performance.now();
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    expect(await metrics.shutdown()).toMatchObject({ ok: false });
    expect(performance.now() - began).toBeLessThan(3_000);
    // The folder is released when the request under way has ended.
    const left = () =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /left-[^/]*$/.test(name));
    await vi.waitFor(() => expect(left()).toHaveLength(1), { timeout: 5_000 });
    expect(windows().length).toBeGreaterThan(2);
    expect(windows().length).toBeLessThan(50);
    state.answer = ok;
    expect(await start(peer.url, directory).forceFlush()).toMatchObject({ ok: true });
    expect(windows().map(({ value }) => value)).toEqual(new Array(50).fill(1));
  });

  test('does not flood an endpoint that hangs', async () => {
    const { state, peer, windows } = await endpoint('hang');
    const directory = spoolFolder();
    const metrics = start(peer.url, directory, {}, { timeoutMs: 400 });
    const collecting = collect(metrics, 3);
    // Stored before the first attempt.
    await vi.waitFor(() => expect(storedFiles(directory)).toHaveLength(1), { interval: 5 });
    expect(metrics.status().backends[0]).toMatchObject({ state: 'waiting', inFlight: true });
    await collecting;
    const { reason } = metrics.status().backends[0] ?? {};
    expect(reason).toMatch(/^no answer within \d+ ms$/);
    expect(peer.requests.length).toBeLessThanOrEqual(6);
    state.answer = ok;
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(windows().map(({ value }) => value)).toEqual([1, 1, 1]);
  });
});

describe('requests that cannot be stored or delivered', () => {
  test('counts requests that made room or expired: exported and dropped add up', async () => {
    const { state, peer, windows } = await endpoint(down);
    const clock = new FakeClock();
    const metrics = start(peer.url, spoolFolder(), { clock, spoolMaxBytes: 65_536, spoolMaxAgeMs: 6_000 });
    const series = 900;
    for (let interval = 0; interval < 8; interval++) {
      for (let queue = 0; queue < series; queue++) metrics.jobs.done.add(Math.random(), { queue: `q${queue}` });
      clock.advance(1_000);
      await metrics.forceFlush();
    }
    const noRoom = metrics.status().backends[0]?.points.dropped['no room'] ?? 0;
    expect(noRoom).toBeGreaterThan(0);
    clock.advance(5_500);
    state.answer = ok;
    await metrics.forceFlush();
    const { exported, dropped } = metrics.status().backends[0]?.points ?? {};
    expect(dropped).toEqual({ 'no room': noRoom, 'too old': expect.any(Number) });
    expect(windows()).toHaveLength(exported as number);
    expect((exported as number) + (dropped?.['no room'] ?? 0) + (dropped?.['too old'] ?? 0)).toBe(8 * series);
  });

  test.each(['at the start', 'later'])('delivers from memory if the folder cannot be used %s', async (when) => {
    const { state, peer, windows } = await endpoint(down);
    const directory = join(spoolFolder(), 'spool');
    const warn = vi.fn();
    diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} });
    if (when === 'at the start') writeFileSync(directory, '');
    const metrics = start(peer.url, directory);
    metrics.jobs.done.add(1, { queue: 'mail' });
    await metrics.forceFlush();
    if (when === 'later') {
      rmSync(directory, { recursive: true });
      writeFileSync(directory, '');
    }
    metrics.jobs.done.add(10, { queue: 'mail' });
    await metrics.forceFlush();
    metrics.jobs.done.add(100, { queue: 'mail' });
    state.answer = ok;
    await metrics.forceFlush();
    metrics.jobs.done.add(1_000, { queue: 'mail' });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(sum(windows())).toBe(1_111);
    const warnings = warn.mock.calls
      .map(([message]) => message as string)
      .filter((message) => /spool|cannot store/.test(message));
    expect(warnings).toHaveLength(1);
  });

  test('counts refused requests of the backlog and continues', async () => {
    const { state, peer } = await endpoint(down);
    const metrics = start(peer.url, spoolFolder());
    metrics.jobs.done.add(1, { queue: 'mail' });
    await metrics.forceFlush();
    state.answer = { status: 400 };
    metrics.jobs.done.add(1, { queue: 'mail' });
    expect(await metrics.forceFlush()).toMatchObject({ ok: false });
    state.answer = ok;
    metrics.jobs.done.add(1, { queue: 'mail' });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(metrics.status().backends[0]?.points).toEqual({ exported: 1, rejected: 0, dropped: { refused: 2 } });
  });
});

test('requests of one tenant are not sent with the headers of another', async () => {
  const { state, peer, windows } = await endpoint(down);
  const directory = spoolFolder();
  const one = start(peer.url, directory, {}, { headers: { tenant: 'one' } });
  one.jobs.done.add(1, { queue: 'mail' });
  await one.shutdown();
  state.answer = ok;
  expect(await start(peer.url, directory, {}, { headers: { tenant: 'two' } }).forceFlush()).toMatchObject({ ok: true });
  expect(windows()).toEqual([]);
  expect(await start(peer.url, directory, {}, { headers: { tenant: 'one' } }).forceFlush()).toMatchObject({ ok: true });
  expect(sum(windows())).toBe(1);
});
