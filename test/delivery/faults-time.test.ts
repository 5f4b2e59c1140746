/** Export times: with another backend that hangs, after a blocked event loop, and after the clock was set. */
import type { Clock } from 'otelier';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startFaultPeer } from '../support/fault-peer.js';
import { keepRecording, requestsOf, startWork, type Temporality, timesOf, totalsOf } from './faults.js';

const wait = { timeout: 20_000, interval: 10 };
const temporalities: readonly Temporality[] = ['delta', 'cumulative'];

async function startRun(temporality: Temporality, options: Parameters<typeof startWork>[2]) {
  const peer = await startFaultPeer();
  onTestFinished(peer.close);
  const run = startWork(peer.url, temporality, options);
  onTestFinished(async () => {
    await run.metrics.shutdown();
  });
  const { stop: stopRecording } = keepRecording(run.record);
  onTestFinished(stopRecording);
  return { ...run, peer, stopRecording };
}

test('a backend that hangs does not delay the exports of another', async () => {
  const intervalMs = 500;
  const hanging = await startRun('delta', { intervalMs, shutdownTimeoutMs: 100 });
  await hanging.peer.become('hang');
  // Far from a multiple of the interval, to distinguish exports at multiples from exports at intervals since the start.
  await vi.waitUntil(() => Math.abs((Date.now() % intervalMs) - 0.75 * intervalMs) < 40, wait);
  const other = await startRun('delta', { intervalMs });
  const beganMs = performance.now();
  await vi.waitUntil(() => other.status().delivered >= 6, wait);
  const intervals = Math.floor((performance.now() - beganMs) / intervalMs);
  expect(other.status()).toMatchObject({ failed: 0 });
  expect(other.status().delivered).toBeGreaterThanOrEqual(intervals - 1);
  expect(hanging.status()).toMatchObject({ state: 'failing', delivered: 0 });
  expect(hanging.peer.mostInFlight()).toBe(1);

  const ends = requestsOf(other.peer, 'accepted').map(({ body }) => timesOf(body)[0]?.endMs as number);
  // A timer may fire a few milliseconds early on the clock of the time of day.
  const earlyMs = 10;
  const phases = ends.map((endMs) => (endMs + earlyMs) % intervalMs);
  // The delay is up to a tenth of the interval. The rest allows for a busy machine.
  for (const phase of phases.slice(0, 6)) expect(phase).toBeLessThan(0.1 * intervalMs + 200);
});

test('exports once after the event loop was blocked for several intervals', async () => {
  const intervalMs = 250;
  const { peer, metrics, status, recorded, stopRecording } = await startRun('delta', { intervalMs });
  await vi.waitUntil(() => status().delivered >= 2, wait);
  const before = peer.requests.length;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6 * intervalMs);
  const endedMs = performance.now();
  await vi.waitUntil(() => performance.now() - endedMs > 2 * intervalMs, wait);
  const exports = peer.requests.length - before;
  const intervals = Math.ceil((performance.now() - endedMs) / intervalMs);
  expect(exports).toBeGreaterThanOrEqual(1);
  expect(exports).toBeLessThanOrEqual(intervals + 1);
  expect(peer.mostInFlight()).toBe(1);
  stopRecording();
  await metrics.shutdown();
  // A request whose answer arrived while the loop was blocked may time out and is sent again.
  const doubled = status().failed;
  const { done } = totalsOf(requestsOf(peer, 'accepted'), 'delta');
  expect(doubled).toBeLessThanOrEqual(1);
  if (doubled === 0) expect(done).toBe(recorded().done);
  else expect(done).toBeGreaterThanOrEqual(recorded().done);
});

const hour = 3_600_000;
const jumps = temporalities.flatMap((kind) => [-hour, hour].map((by) => [by, kind] as const));

test.each(jumps)(
  'no point ends before it starts and exports continue if the clock is set by %i ms, %s',
  async (by, kind) => {
    let setBy = 0;
    const clock: Clock = { nowUnixMs: () => Date.now() + setBy, monotonicMs: () => performance.now() };
    const { peer, metrics, status, recorded, stopRecording } = await startRun(kind, { intervalMs: 100, clock });
    await vi.waitUntil(() => status().delivered >= 3, wait);
    setBy = by;
    await vi.waitUntil(() => status().delivered >= 8, wait);
    setBy = 0;
    await vi.waitUntil(() => status().delivered >= 12, wait);
    stopRecording();
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    const accepted = requestsOf(peer, 'accepted');
    const times = accepted.flatMap(({ body }) => timesOf(body));
    expect(times.filter(({ startMs, endMs }) => endMs < startMs)).toEqual([]);
    if (status().failed === 0) expect(totalsOf(accepted, kind)).toEqual(recorded());
  },
);
