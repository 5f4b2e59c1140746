/** Outage cases: a misbehaving peer is reported, recording continues, and delivery resumes after recovery. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../model/clock.js';
import { expectEqual } from '../expect-equal.js';
import type { BackendSubject } from '../subject.js';
import { type Trial, type TrialOptions, until, withTrial } from '../trial.js';
import { flush } from './arrival.js';

/** Tolerance for deadlines in milliseconds, because machines may be busy. */
const slackMs = 5_000;
const attributes = { lane: 'a' };

/** Runs one outage per misbehavior: the peer fails one delivery and accepts the next one. */
async function outage(
  subject: BackendSubject,
  misbehaviors: readonly ((trial: Trial) => unknown)[],
  refused: boolean,
  options?: TrialOptions,
): Promise<void> {
  for (const misbehave of misbehaviors) {
    await withTrial(subject, (trial) => throughOutage(trial, misbehave, refused), options);
  }
}

async function throughOutage(trial: Trial, misbehave: (trial: Trial) => unknown, refused: boolean): Promise<void> {
  const { metrics, peer, status, accepts } = trial;
  const { counter } = metrics.ordinary;
  const total = async () => (await trial.total('conformance_counter', 'counter')).value;
  await trial.backend.ready;
  counter.add(1, attributes);
  await flush(trial);
  expectEqual(await total(), 1, 'counter value before the outage');
  const before = status();
  assert.ok(before.points.exported > 0, 'status().points.exported must count an accepted delivery');

  await misbehave(trial);
  counter.add(4, attributes);
  await flushFails(trial);
  counter.add(8, attributes);
  const during = status();
  expectEqual(during.state, 'failing', 'status().state during the outage');
  assert.ok(during.failed > before.failed, 'status().failed must count a failed delivery');
  expectEqual(during.delivered, before.delivered, 'status().delivered during the outage');
  expectEqual(during.points.exported, before.points.exported, 'status().points.exported during the outage');
  assert.ok(during.reason, 'status().reason must state the cause during the outage');
  const refusedPoints = during.points.dropped.refused ?? 0;
  if (refused) assert.ok(refusedPoints > 0, 'status().points.dropped.refused must count refused points');
  else expectEqual(refusedPoints, 0, 'status().points.dropped.refused of points to retry');

  peer.behave(accepts);
  await peer.restart().catch(() => undefined);
  await flush(trial);
  const missing = refused && trial.temporality('counter') === 'delta' ? 4 : 0;
  expectEqual(await total(), 13 - missing, 'counter value after the outage');
  const after = status();
  expectEqual(after.state, 'ok', 'status().state after the outage');
  expectEqual(after.reason, undefined, 'status().reason after the outage');
  assert.ok(after.delivered > before.delivered, 'status().delivered must count the delivery after the outage');
  assert.ok(after.points.exported > before.points.exported, 'status().points.exported must count the recovered points');
  assert.ok(after.lastSuccessUnixMs !== undefined, 'status().lastSuccessUnixMs must be set after a delivery');
  assert.ok(trial.warnings.length >= 2, 'the backend must warn at the begin and at the end of an outage');
}

/** Flushes during an outage and asserts failure with a reason, within the deadline. */
async function flushFails({ metrics }: Trial, deadlineMs = 10_000): Promise<void> {
  const startedMs = systemClock.monotonicMs();
  const { ok, backends } = await metrics.forceFlush();
  expectEqual(ok, false, 'ok of a flush during the outage');
  assert.ok(backends[0]?.reason, 'a failed flush must state a reason');
  const tookMs = systemClock.monotonicMs() - startedMs;
  assert.ok(tookMs < deadlineMs + slackMs, `flush took ${Math.round(tookMs)} ms; its deadline is ${deadlineMs} ms`);
}

const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  ({ peer }: Trial) =>
    peer.behave(() => ({ status, headers, body: 'not now' }));

export const refusing = (subject: BackendSubject) => outage(subject, [answering(400)], true);

export const failing = (subject: BackendSubject) =>
  outage(
    subject,
    [502, 503, 504].map((status) => answering(status)),
    false,
  );

export const closing = (subject: BackendSubject) => outage(subject, [({ peer }) => peer.behave('close')], false);

export const unreachable = (subject: BackendSubject) => outage(subject, [({ peer }) => peer.stop()], false);

const retryAfterMs = 1_000;

export async function throttling(subject: BackendSubject): Promise<void> {
  await outage(subject, [answering(429, { 'retry-after': String(retryAfterMs / 1_000) })], false);
  await withTrial(
    subject,
    async ({ metrics, peer, accepts }) => {
      let throttled = false;
      peer.behave(() => {
        if (throttled) return accepts();
        throttled = true;
        return { status: 429, headers: { 'retry-after': String(retryAfterMs / 1_000) } };
      });
      metrics.ordinary.counter.add(1, attributes);
      await until(() => peer.exchanges.length >= 2, 'the backend sends a second request');
      const [first, second] = peer.exchanges;
      const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
      // Timers may fire some milliseconds early.
      assert.ok(
        waitedMs >= retryAfterMs - 20,
        `retried after ${Math.round(waitedMs)} ms; Retry-After is ${retryAfterMs} ms`,
      );
    },
    // Backends may cap the wait at ten intervals.
    { intervalMs: 150 },
  );
}

export async function hanging(subject: BackendSubject): Promise<void> {
  await outage(subject, [({ peer }) => peer.behave('hang')], false, { exportTimeoutMs: 300 });
  const deadlineMs = 300;
  await withTrial(
    subject,
    async (trial) => {
      await trial.backend.ready;
      trial.peer.behave('hang');
      trial.metrics.ordinary.counter.add(1, attributes);
      await flushFails(trial, deadlineMs);
      expectEqual((await trial.metrics.shutdown()).ok, false, 'ok of a shutdown with a hanging peer');
    },
    { exportTimeoutMs: 60_000, shutdownTimeoutMs: deadlineMs },
  );
}

/** Consecutive answers of the peer; 0 closes the connection. */
const statuses = [200, 503, 503, 200, 400, 200, 0, 429, 400, 503, 200];

export const accountsForPoints = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, peer, status, accepts } = trial;
    await trial.backend.ready;
    let recorded = 0;
    for (const answer of statuses) {
      if (answer === 0) peer.behave('close');
      else peer.behave(answer === 200 ? accepts : () => ({ status: answer }));
      for (const lane of ['a', 'b', 'c']) {
        metrics.ordinary.counter.add(++recorded, { lane });
      }
      await metrics.forceFlush();
    }
    const delta = trial.temporality('counter') === 'delta';
    const [accepted, refused] = await Promise.all(
      [trial.accepted(), peer.answered((answered) => answered === 400)].map(trial.arrivedIn),
    );
    const sum = async () => {
      const known = await trial.total('conformance_counter', 'counter');
      if (!delta) return known.value;
      return known.value + (refused ?? []).reduce((total, { value }) => total + (value as number), 0);
    };
    expectEqual(await sum(), (recorded * (recorded + 1)) / 2, 'delivered plus refused value of the counter');
    const { points } = status();
    expectEqual(points.exported, accepted?.length, 'status().points.exported');
    expectEqual(points.dropped, { refused: refused?.length }, 'status().points.dropped');
    expectEqual(points.rejected, 0, 'status().points.rejected');
  });
