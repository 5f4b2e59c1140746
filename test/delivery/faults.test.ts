/**
 * What becomes of recordings when an endpoint misbehaves for a while: fifteen ways, deltas and totals. Recorded is what
 * was delivered and what was counted, exactly. `OTELIER_LONG=1` lasts a minute each, at an interval of a second.
 */
import { beforeAll, describe, expect, type TestContext, test, vi } from 'vitest';
import { makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { type Fault, type FaultPeer, fakeResolver, retryAfterSeconds, startFaultPeer } from '../support/fault-peer.js';
import {
  countPoints,
  keepRecording,
  pointsEntered,
  requestsOf,
  startWork,
  type Temporality,
  totalsOf,
} from './faults.js';

const long = process.env['OTELIER_LONG'] === '1';
// A push may take an interval: one that is shorter would be missed for reasons of a busy machine.
const intervalMs = long ? 1_000 : 300;
const outageMs = long ? 60_000 : 7 * intervalMs;
const timeoutMs = long ? 240_000 : 60_000;
const wait = { timeout: long ? timeoutMs : 20_000, interval: 10 };

const temporalities: readonly Temporality[] = ['delta', 'cumulative'];
/** Nothing is taken, and that will pass. */
const outages: readonly Fault[] = [
  'refused',
  'hang',
  'reset',
  '503',
  '429 with seconds',
  '429 with a date',
  'slow drip',
  'wrong CA',
  'unknown name',
];
const refusals: readonly Fault[] = ['400', 'redirect'];
/** Everything is taken, whatever the answer looks like. */
const oddAnswers: readonly Fault[] = ['garbage body', 'slow body', 'partial success'];
/** Too much work to be done beside others. */
const largeAnswers: readonly Fault[] = ['256 MB body', 'gzip bomb'];
const each = (faults: readonly Fault[]) =>
  faults.flatMap((fault) => temporalities.map((kind) => [fault, kind] as const));

const folder = makeFolder();
const identities = { right: { certificate: '', key: '' }, wrong: { certificate: '', key: '' } };
let authority = '';
beforeAll(() => {
  vi.spyOn(process.getBuiltinModule('node:dns'), 'lookup').mockImplementation(fakeResolver as never);
  const trusted = makeCertificate(folder, 'trusted');
  const stranger = makeCertificate(folder, 'stranger');
  authority = trusted.certificate;
  identities.right = makeCertificate(folder, 'right', ['IP:127.0.0.1'], trusted);
  identities.wrong = makeCertificate(folder, 'wrong', ['IP:127.0.0.1'], stranger);
});

/** Tests run at the same time: what is to be done after one, or instead, is told to that one. */
type Running = Pick<TestContext, 'onTestFinished' | 'skip'>;

/**
 * A run: healthy, then `fault` for a while, then healthy until something arrives. One in which the machine stood still for
 * longer than a push may take says nothing, and is made again.
 */
async function runThrough(fault: Fault, temporality: Temporality, { onTestFinished, skip }: Running) {
  for (let again = 0; again < 5; again++) {
    const run = await runOnce(fault, temporality, onTestFinished);
    if (run.longestGapMs < intervalMs / 2) return run;
  }
  return skip('the machine stood still again and again');
}

async function runOnce(fault: Fault, temporality: Temporality, onTestFinished: Running['onTestFinished']) {
  const peer = await startFaultPeer(fault === 'wrong CA' ? identities : undefined);
  onTestFinished(peer.close);
  const run = startWork(fault === 'unknown name' ? peer.namedUrl : peer.url, temporality, {
    intervalMs,
    certificate: fault === 'wrong CA' ? authority : undefined,
  });
  onTestFinished(async () => {
    await run.metrics.shutdown();
  });
  const { record, recorded, status } = run;
  const recording = keepRecording(record);
  onTestFinished(recording.stop);
  await vi.waitUntil(() => status().delivered >= 2, wait);

  const before = status();
  await peer.become(fault);
  const beganMs = performance.now();
  await vi.waitUntil(() => performance.now() - beganMs > outageMs, wait);
  await vi.waitUntil(() => met(peer, fault) || status().failed > before.failed, wait);
  const during = status();
  await peer.become(undefined);
  await vi.waitUntil(() => status().delivered > during.delivered, wait);
  const after = status();

  recording.stop();
  const flushed = await run.metrics.shutdown();
  const longestGapMs = recording.longestGapMs();
  return { peer, recorded: recorded(), flushed, before, during, after, end: status(), longestGapMs };
}

function met(peer: FaultPeer, fault: Fault): boolean {
  return peer.requests.some((request) => request.fault === fault);
}

describe.concurrent.each(each(outages))('%s, %s', (fault, temporality) => {
  test('nothing is lost and nothing doubled, and it recovers within two intervals', {
    timeout: timeoutMs,
  }, async (context) => {
    const { peer, recorded, flushed, before, during, after, end } = await runThrough(fault, temporality, context);
    const accepted = requestsOf(peer, 'accepted');
    expect(totalsOf(accepted, temporality)).toEqual(recorded);
    expect(pointsEntered(end)).toBe(countPoints(accepted));
    expect(end.points).toEqual({ exported: countPoints(accepted), rejected: 0, dropped: {} });

    expect(during).toMatchObject({ state: 'failing', delivered: before.delivered });
    expect(during.failed).toBeGreaterThan(before.failed);
    expect(during.reason).toMatch(reasons[fault] as RegExp);
    // Of the pushes after the outage, one may have begun within it, and one may be the first to find out.
    expect(after.failed - during.failed).toBeLessThanOrEqual(2);
    expect(after.state).toBe('ok');
    expect(end).not.toHaveProperty('reason');
    expect(flushed).toMatchObject({ ok: true });
    expect(peer.mostInFlight()).toBe(1);
  });
});

const reasons: Partial<Record<Fault, RegExp>> = {
  refused: /ECONNREFUSED/,
  hang: /no answer within/,
  reset: /ECONNRESET|socket hang up/,
  '503': /HTTP 503: overloaded/,
  '429 with seconds': /HTTP 429/,
  '429 with a date': /HTTP 429/,
  'slow drip': /no answer within/,
  'wrong CA': /certificate/,
  'unknown name': /ENOTFOUND|EAI_AGAIN|no answer within/,
};

describe.concurrent.each(each(refusals))('%s, %s', (fault, temporality) => {
  test('what is refused for good is counted and not sent again', { timeout: timeoutMs }, async (context) => {
    const { peer, recorded, during, end } = await runThrough(fault, temporality, context);
    const [accepted, refused] = [requestsOf(peer, 'accepted'), requestsOf(peer, 'refused')];
    // Totals are complete whatever was refused before; of deltas, what was refused is missing, and known.
    expect(totalsOf(temporality === 'delta' ? [...accepted, ...refused] : accepted, temporality)).toEqual(recorded);
    expect(end.points).toEqual({
      exported: countPoints(accepted),
      rejected: 0,
      dropped: { refused: countPoints(refused) },
    });
    expect(end.failed).toBe(refused.length);
    expect(during.reason).toMatch(fault === '400' ? /HTTP 400: no good/ : /HTTP 307/);
    expect(new Set(peer.reached)).toEqual(new Set(['/v1/metrics']));
  });
});

async function takenOnce(fault: Fault, temporality: Temporality, context: Running): Promise<void> {
  const { peer, recorded, flushed, before, during, end } = await runThrough(fault, temporality, context);
  expect({ flushed, end }).toMatchObject({ flushed: { ok: true }, end: { state: 'ok', failed: 0 } });
  const accepted = requestsOf(peer, 'accepted');
  expect(totalsOf(accepted, temporality)).toEqual(recorded);
  expect(pointsEntered(end)).toBe(countPoints(accepted));
  const answeredInPart = accepted.filter((request) => request.fault === 'partial success').length;
  expect(end.points).toMatchObject({ rejected: answeredInPart, dropped: {} });
  expect(during.delivered).toBeGreaterThan(before.delivered);
  expect(end).toMatchObject({ state: 'ok', failed: 0, delivered: accepted.length });
}

describe.concurrent.each(each(oddAnswers))('%s, %s', (fault, temporality) => {
  test('what was taken is not sent again', { timeout: timeoutMs }, (context) => takenOnce(fault, temporality, context));
});

describe.each(each(largeAnswers))('%s, %s', (fault, temporality) => {
  test('what was taken is not sent again', { timeout: timeoutMs }, (context) => takenOnce(fault, temporality, context));
});

test.concurrent.for(temporalities)(
  'an acknowledgement that is lost doubles one batch at most, %s',
  { timeout: timeoutMs },
  async (temporality, context) => {
    const { peer, recorded, end } = await runThrough('acknowledgement lost', temporality, context);
    const accepted = requestsOf(peer, 'accepted');
    const lost = accepted.filter(({ fault }) => fault === 'acknowledgement lost');
    expect(lost).toHaveLength(1);
    const delivered = totalsOf(accepted, temporality);
    const doubled = temporality === 'delta' ? totalsOf(lost, temporality) : { done: 0, sizes: 0, sizeSum: 0 };
    expect(delivered).toEqual({
      done: recorded.done + doubled.done,
      sizes: recorded.sizes + doubled.sizes,
      sizeSum: recorded.sizeSum + doubled.sizeSum,
    });
    expect(end.points.exported).toBe(countPoints(accepted) - countPoints(lost));
  },
);

test.concurrent.for(['429 with seconds', '429 with a date'] as const)(
  '%s is waited for',
  { timeout: timeoutMs },
  async (fault, context) => {
    const { peer } = await runThrough(fault, 'delta', context);
    const told = peer.requests.findIndex((request) => request.fault === fault);
    const [first, second] = peer.requests.slice(told);
    // A date is that of a whole second, which is up to one later.
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(retryAfterSeconds * 1_000 - 20);
  },
);
