/** Cases of a peer that misbehaves: recording goes on, nothing is hidden, and deliveries do when it is well again. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../model/clock.js';
import type { BackendSubject } from '../subject.js';
import { type Trial, type TrialOptions, until, withTrial } from '../trial.js';
import { flush } from './arrival.js';

/** Milliseconds by which what has a deadline may be late: the machine may be busy. */
const slackMs = 5_000;
const attributes = { lane: 'a' };

/** A peer that does not take a delivery, once for each way, and takes the next one. */
async function outage(
  subject: BackendSubject,
  ways: readonly ((trial: Trial) => unknown)[],
  refused: boolean,
  options?: TrialOptions,
): Promise<void> {
  for (const misbehave of ways) {
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
  assert.equal(await total(), 1, 'what arrived before the outage');
  const before = status();
  assert.ok(before.points.exported > 0, 'points of a delivery that was accepted are exported');

  await misbehave(trial);
  counter.add(4, attributes);
  await flushInVain(trial);
  counter.add(8, attributes);
  const during = status();
  assert.equal(during.state, 'failing', 'state while the peer misbehaves');
  assert.ok(during.failed > before.failed, 'a delivery that was not accepted is counted as failed');
  assert.equal(during.delivered, before.delivered, 'and not as delivered');
  assert.equal(during.points.exported, before.points.exported, 'nor are its points as exported');
  assert.ok(during.reason, 'the status has the reason');
  assert.equal(
    (during.points.dropped.refused ?? 0) > 0,
    refused,
    'points are refused if they are not to be sent again',
  );

  peer.behave(accepts);
  await peer.restart().catch(() => undefined);
  await flush(trial);
  const missing = refused && trial.temporality('counter') === 'delta' ? 4 : 0;
  assert.equal(await total(), 13 - missing, 'what arrived after the outage');
  const after = status();
  assert.equal(after.state, 'ok', 'state after the outage');
  assert.equal(after.reason, undefined, 'the reason is gone');
  assert.ok(after.delivered > before.delivered && after.points.exported > before.points.exported);
  assert.ok(after.lastSuccessUnixMs !== undefined, 'the time of the last success');
  assert.equal(trial.warnings.length >= 2, true, 'the outage and its end are said');
}

/** A flush that cannot succeed says so, with a reason, and by its deadline. */
async function flushInVain({ metrics }: Trial, deadlineMs = 10_000): Promise<void> {
  const beganMs = systemClock.monotonicMs();
  const { ok, backends } = await metrics.forceFlush();
  assert.equal(ok, false, 'a flush succeeded although the peer took nothing');
  assert.ok(backends[0]?.reason, 'a flush that failed has a reason');
  assert.ok(systemClock.monotonicMs() - beganMs < deadlineMs + slackMs, 'a flush lasted longer than it may');
}

const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  ({ peer }: Trial) =>
    peer.behave(() => ({ status, headers, body: 'not now' }));

export const refused = (subject: BackendSubject) => outage(subject, [answering(400)], true);

export const failing = (subject: BackendSubject) =>
  outage(
    subject,
    [502, 503, 504].map((status) => answering(status)),
    false,
  );

export const closing = (subject: BackendSubject) => outage(subject, [({ peer }) => peer.behave('close')], false);

export const absent = (subject: BackendSubject) => outage(subject, [({ peer }) => peer.stop()], false);

const retryAfterMs = 1_000;

export async function throttling(subject: BackendSubject): Promise<void> {
  await outage(subject, [answering(429, { 'retry-after': String(retryAfterMs / 1_000) })], false);
  await withTrial(
    subject,
    async ({ metrics, peer, accepts }) => {
      let told = false;
      peer.behave(() => {
        if (told) return accepts();
        told = true;
        return { status: 429, headers: { 'retry-after': String(retryAfterMs / 1_000) } };
      });
      metrics.ordinary.counter.add(1, attributes);
      await until(() => peer.exchanges.length >= 2, 'a second request is sent');
      const [first, second] = peer.exchanges;
      const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
      // A timer may be some milliseconds early.
      assert.ok(waitedMs >= retryAfterMs - 20, `it waited ${waitedMs} ms, and was asked to wait ${retryAfterMs}`);
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
      await flushInVain(trial, deadlineMs);
      assert.equal((await trial.metrics.shutdown()).ok, false, 'a shutdown that delivered nothing succeeded');
    },
    { exportTimeoutMs: 60_000, shutdownTimeoutMs: deadlineMs },
  );
}

/** What a peer answers, one after another; 0 is that it closes the connection. */
const answers = [200, 503, 503, 200, 400, 200, 0, 429, 400, 503, 200];

export const accountsForPoints = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { metrics, peer, status, accepts } = trial;
    await trial.backend.ready;
    let recorded = 0;
    for (const answer of answers) {
      if (answer === 0) peer.behave('close');
      else peer.behave(answer === 200 ? accepts : () => ({ status: answer }));
      for (const lane of ['a', 'b', 'c']) {
        metrics.ordinary.counter.add(++recorded, { lane });
      }
      await metrics.forceFlush();
    }
    const delta = trial.temporality('counter') === 'delta';
    const [taken, refusedOnes] = await Promise.all(
      [trial.accepted(), peer.answered((answered) => answered === 400)].map(trial.arrivedIn),
    );
    const sum = async () => {
      const known = await trial.total('conformance_counter', 'counter');
      if (!delta) return known.value;
      return known.value + (refusedOnes ?? []).reduce((total, { value }) => total + (value as number), 0);
    };
    assert.equal(await sum(), (recorded * (recorded + 1)) / 2, 'recorded is what was delivered and what was refused');
    const { points } = status();
    assert.equal(points.exported, taken?.length, 'points that are exported are those that arrived');
    assert.deepEqual(points.dropped, { refused: refusedOnes?.length }, 'points that are dropped are those refused');
    assert.equal(points.rejected, 0);
  });
