/** Lifecycle cases: start, sequential deliveries, shutdown, and open handles. */
import assert from 'node:assert/strict';
import { Socket as DatagramSocket } from 'node:dgram';
import { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { late, withDeadline } from '../../../model/deadline.js';
import { expectEqual } from '../expect-equal.js';
import { type HandleWatch, watchHandles } from '../open-handles.js';
import type { BackendSubject } from '../subject.js';
import { until, withTrial } from '../trial.js';
import { flush } from './arrival.js';

const attributes = { lane: 'a' };

/** Milliseconds within which a flush or shutdown must settle after a shutdown. Generous, because machines may be busy. */
const settleMs = 5_000;

/** Network functions that `start()` must not call synchronously. */
const networkFunctions = [
  [Socket.prototype, 'connect'],
  [Server.prototype, 'listen'],
  [DatagramSocket.prototype, 'bind'],
  [DatagramSocket.prototype, 'send'],
] as const;

/** Runs `work` and returns the names of the network functions that it called before it returned. */
function watchNetwork(work: () => void): string[] {
  const called: string[] = [];
  const restore = networkFunctions.map(([owner, name]) => {
    const prototype = owner as unknown as Record<string, (...given: unknown[]) => unknown>;
    const original = prototype[name] as (...given: unknown[]) => unknown;
    prototype[name] = function (this: unknown, ...given: unknown[]) {
      called.push(name);
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
  return called;
}

export const startsWithoutNetwork = (subject: BackendSubject) =>
  withTrial(
    subject,
    async ({ startedBy, backend, peer, status }) => {
      expectEqual(startedBy, [], 'network functions that start() called before it returned');
      expectEqual(status().state, 'waiting', 'status().state before the first delivery');
      await backend.ready;
      await sleep(50);
      expectEqual(peer.exchanges.length, 0, 'number of requests before the end of the first interval');
      expectEqual(await peer.connections(), 0, 'number of connections before the end of the first interval');
    },
    { watch: watchNetwork },
  );

export const sendsSequentially = (subject: BackendSubject) =>
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
      await until(() => peer.exchanges.length >= 3, 'the backend makes three deliveries');
      expectEqual(peer.mostInFlight(), 1, 'highest number of concurrent requests');
    },
    { intervalMs: 15, exportTimeoutMs: 5_000 },
  );

export const shutsDownOnce = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, backend, peer } = trial;
    await backend.ready;
    metrics.ordinary.counter.add(3, attributes);
    const pulled = subject.delivery === 'pull' ? await trial.arrived() : undefined;
    expectEqual((await metrics.shutdown()).ok, true, 'ok of a shutdown with a healthy peer');
    if (pulled === undefined) {
      const { value } = await trial.total('conformance_counter', 'counter');
      expectEqual(value, 3, 'counter value recorded before the shutdown');
    }
    const sent = peer.exchanges.length;
    metrics.ordinary.counter.add(1, attributes);
    const settled = Promise.allSettled([
      metrics.forceFlush(),
      metrics.shutdown(),
      backend.reader.forceFlush(),
      backend.reader.shutdown(),
    ]);
    const outcome = await withDeadline(settled, settleMs);
    assert.ok(outcome !== late, `a flush or shutdown after a shutdown did not settle within ${settleMs} ms`);
    await sleep(20);
    expectEqual(peer.exchanges.length, sent, 'number of requests after a shutdown');
  });

export const leavesNothingOpen = (subject: BackendSubject) =>
  watchingHandles(async (watch) => {
    await withTrial(subject, async (trial) => {
      await trial.backend.ready;
      trial.metrics.ordinary.counter.add(1, attributes);
      await flush(trial);
      await trial.arrived();
      const { url } = trial.status();
      await trial.metrics.shutdown();
      await until(async () => (await trial.peer.connections()) === 0, 'the backend closes its connections on shutdown');
      if (subject.delivery === 'pull' && url !== undefined) await assertPortClosed(url);
    });
    await watch.released('after a shutdown');
  });

async function watchingHandles(work: (watch: HandleWatch) => Promise<void>): Promise<void> {
  const watch = watchHandles();
  try {
    await work(watch);
  } finally {
    watch.end();
  }
}

async function assertPortClosed(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const socket = new Socket();
  const outcome = await new Promise<string>((resolve) => {
    socket.once('error', () => resolve('refused')).once('connect', () => resolve('open'));
    socket.connect(Number(port) || (protocol === 'https:' ? 443 : 80), hostname.replace(/^\[|\]$/g, ''));
  });
  socket.destroy();
  expectEqual(outcome, 'refused', 'state of the port after a shutdown');
}

export const doesNotKeepProcessAlive = (subject: BackendSubject) =>
  watchingHandles((watch) =>
    withTrial(
      subject,
      async (trial) => {
        await trial.backend.ready;
        trial.metrics.ordinary.counter.add(1, attributes);
        // Not required to succeed within the short timeout, which is for the hanging peer: the interval delivers as well.
        await trial.metrics.forceFlush();
        await trial.arrived();
        await watch.released('between deliveries');
        if (subject.delivery !== undefined && subject.delivery !== 'http') return;
        trial.peer.behave('hang');
        const sent = trial.peer.exchanges.length;
        trial.metrics.ordinary.counter.add(1, attributes);
        await until(() => trial.peer.exchanges.length > sent, 'the backend pushes at its interval');
        await watch.released('while the peer hangs');
      },
      { intervalMs: 200, exportTimeoutMs: 60_000, shutdownTimeoutMs: 100 },
    ),
  );
