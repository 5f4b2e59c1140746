/** Cases of a backend's life: how it starts, that it takes turns, and what is left of it. */
import assert from 'node:assert/strict';
import { Socket as DatagramSocket } from 'node:dgram';
import { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Watch, watchHolders } from '../held.js';
import type { BackendSubject } from '../subject.js';
import { until, withTrial } from '../trial.js';
import { flush } from './arrival.js';

const attributes = { lane: 'a' };

/** Ways to the network, of which none may be taken within a synchronous call. */
const ways = [
  [Socket.prototype, 'connect'],
  [Server.prototype, 'listen'],
  [DatagramSocket.prototype, 'bind'],
  [DatagramSocket.prototype, 'send'],
] as const;

/** Which of them `work` takes before it returns. */
function watchNetwork(work: () => void): string[] {
  const taken: string[] = [];
  const restore = ways.map(([owner, name]) => {
    const prototype = owner as unknown as Record<string, (...given: unknown[]) => unknown>;
    const original = prototype[name] as (...given: unknown[]) => unknown;
    prototype[name] = function (this: unknown, ...given: unknown[]) {
      taken.push(name);
      return original.apply(this, given);
    };
    return () => {
      prototype[name] = original;
    };
  });
  try {
    work();
  } finally {
    for (const each of restore) each();
  }
  return taken;
}

export const startsQuietly = (subject: BackendSubject) =>
  withTrial(
    subject,
    async ({ startedBy, backend, peer, status }) => {
      assert.deepEqual(startedBy, [], 'what start() does before it returns');
      assert.equal(status().state, 'waiting', 'state before the first delivery');
      await backend.ready;
      await sleep(50);
      assert.equal(peer.exchanges.length, 0, 'a request was sent before the first interval was over');
      assert.equal(await peer.connections(), 0, 'a connection was made before the first interval was over');
    },
    { watch: watchNetwork },
  );

export const takesTurns = (subject: BackendSubject) =>
  withTrial(
    subject,
    async ({ metrics, peer, accepts }) => {
      peer.behave(async () => {
        await sleep(40);
        return accepts();
      });
      const flushes: Promise<unknown>[] = [];
      for (let round = 0; round < 6; round++) {
        metrics.ordinary.counter.add(1, attributes);
        flushes.push(metrics.forceFlush(), metrics.forceFlush());
        await sleep(20);
      }
      await Promise.all(flushes);
      await until(() => peer.exchanges.length >= 3, 'three deliveries are made');
      assert.equal(peer.mostInFlight(), 1, 'deliveries at the same time');
    },
    { intervalMs: 15, exportTimeoutMs: 5_000 },
  );

export const endsOnce = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, backend, peer } = trial;
    await backend.ready;
    metrics.ordinary.counter.add(3, attributes);
    const pulled = subject.delivery === 'pull' ? await trial.arrived() : undefined;
    assert.equal((await metrics.shutdown()).ok, true, 'the shutdown with a healthy peer');
    if (pulled === undefined) {
      const { value } = await trial.total('conformance_counter', 'counter');
      assert.equal(value, 3, 'what was recorded before a shutdown arrives');
    }
    const sent = peer.exchanges.length;
    metrics.ordinary.counter.add(1, attributes);
    const settled = Promise.allSettled([
      metrics.forceFlush(),
      metrics.shutdown(),
      backend.reader.forceFlush(),
      backend.reader.shutdown(),
    ]);
    const outcome = await Promise.race([
      settled.then(() => 'settled'),
      sleep(5_000, 'does not settle', { ref: false }),
    ]);
    assert.equal(outcome, 'settled', 'a flush or a shutdown after a shutdown');
    await sleep(20);
    assert.equal(peer.exchanges.length, sent, 'requests after a shutdown');
  });

export const leavesNothingOpen = (subject: BackendSubject) =>
  watching(async (watch) => {
    await withTrial(subject, async (trial) => {
      await trial.backend.ready;
      trial.metrics.ordinary.counter.add(1, attributes);
      await flush(trial);
      await trial.arrived();
      const { url } = trial.status();
      await trial.metrics.shutdown();
      await until(async () => (await trial.peer.connections()) === 0, 'its connections are closed after a shutdown');
      if (subject.delivery === 'pull' && url !== undefined) await refusesConnections(url);
    });
    await watch.released('after a shutdown');
  });

async function watching(work: (watch: Watch) => Promise<void>): Promise<void> {
  const watch = watchHolders();
  try {
    await work(watch);
  } finally {
    watch.end();
  }
}

async function refusesConnections(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const socket = new Socket();
  const outcome = await new Promise<string>((resolve) => {
    socket.once('error', () => resolve('refused')).once('connect', () => resolve('open'));
    socket.connect(Number(port) || (protocol === 'https:' ? 443 : 80), hostname.replace(/^\[|\]$/g, ''));
  });
  socket.destroy();
  assert.equal(outcome, 'refused', 'the port after a shutdown');
}

export const keepsNothingAlive = (subject: BackendSubject) =>
  watching((watch) =>
    withTrial(
      subject,
      async (trial) => {
        await trial.backend.ready;
        trial.metrics.ordinary.counter.add(1, attributes);
        await flush(trial);
        await trial.arrived();
        await watch.released('while nothing is delivered');
        if (subject.delivery !== undefined && subject.delivery !== 'http') return;
        trial.peer.behave('hang');
        const sent = trial.peer.exchanges.length;
        trial.metrics.ordinary.counter.add(1, attributes);
        await until(() => trial.peer.exchanges.length > sent, 'it pushes at its interval');
        await watch.released('while a peer hangs');
      },
      { intervalMs: 200, exportTimeoutMs: 60_000, shutdownTimeoutMs: 100 },
    ),
  );
