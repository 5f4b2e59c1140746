/**
 * Cases of an endpoint that misbehaves for a while, in seventeen ways. The recorded points are exactly the points that
 * were delivered or counted. With `GATE_LONG=1` each fault lasts a minute at an interval of one second.
 */
import { beforeAll, describe, expect, type TestContext, test, vi } from 'vitest';
import { makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { type Fault, type FaultPeer, fakeResolver, retryAfterSeconds, startFaultPeer } from '../support/fault-peer.js';
import {
  accountedPoints,
  countPoints,
  keepRecording,
  requestsOf,
  startWork,
  type Temporality,
  totalsOf,
} from './faults.js';

const long = process.env['GATE_LONG'] === '1';
// An export may take an interval. A shorter one would be exceeded on a busy machine without any fault.
const intervalMs = long ? 1_000 : 300;
const timeoutMs = long ? 240_000 : 60_000;
const wait = { timeout: long ? timeoutMs : 20_000, interval: 10 };

/** Nothing is accepted, temporarily. */
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
/** Everything arrives, and the response body with status 200 is not an OTLP response. */
const oddAnswers: readonly Fault[] = ['garbage body', 'slow body'];
/** The same with a large response body. Not run concurrently: each takes most of a CPU core. */
const largeAnswers: readonly Fault[] = ['256 MB body', 'gzip bomb'];
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
  'garbage body': /HTTP 200, but the response body is not an OTLP response/,
  'slow body': /HTTP 200, but the response body was cut short/,
  '256 MB body': /HTTP 200, but the response body exceeds 4 MiB/,
  'gzip bomb': /HTTP 200, but the response body exceeds 4 MiB/,
};

/** Selection of cases. */
export interface FaultSelection {
  readonly temporalities: readonly Temporality[];
  /** Duration of a fault in intervals. */
  readonly outageIntervals: number;
}

/** The context of a test that runs concurrently with others. */
type Running = Pick<TestContext, 'onTestFinished' | 'skip'>;

/** Defines the tests of all faults. Called once per test file. */
export function defineFaultTests({ temporalities, outageIntervals }: FaultSelection): void {
  const outageMs = long ? 60_000 : outageIntervals * intervalMs;
  const each = (faults: readonly Fault[]) =>
    faults.flatMap((fault) => temporalities.map((temporality) => [fault, temporality] as const));

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

  /**
   * Runs a healthy endpoint, then `fault`, then a healthy endpoint until something arrives. Repeats a run in which the
   * machine stood still for longer than an export may take: its result is meaningless.
   */
  async function runThrough(fault: Fault, temporality: Temporality, { onTestFinished, skip }: Running) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const run = await runOnce(fault, temporality, onTestFinished);
      if (run.longestGapMs < intervalMs / 2) return run;
    }
    return skip('the machine stood still in five runs');
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
    await vi.waitUntil(() => hasReceived(peer, fault) || status().failed > before.failed, wait);
    const during = status();
    await peer.become(undefined);
    await vi.waitUntil(() => status().delivered > during.delivered, wait);
    const after = status();

    recording.stop();
    const flushed = await run.metrics.shutdown();
    const longestGapMs = recording.longestGapMs();
    return { peer, recorded: recorded(), flushed, before, during, after, end: status(), longestGapMs };
  }

  describe.concurrent.each(each(outages))('%s, %s', (fault, temporality) => {
    test('loses and doubles nothing, and recovers within two intervals', {
      timeout: timeoutMs,
    }, async (context) => {
      const { peer, recorded, flushed, before, during, after, end } = await runThrough(fault, temporality, context);
      const accepted = requestsOf(peer, 'accepted');
      expect(totalsOf(accepted, temporality)).toEqual(recorded);
      expect(accountedPoints(end)).toBe(countPoints(accepted));
      expect(end.points).toEqual({ exported: countPoints(accepted), rejected: 0, dropped: {} });

      expect(during).toMatchObject({ state: 'failing', delivered: before.delivered });
      expect(during.failed).toBeGreaterThan(before.failed);
      expect(during.reason).toMatch(reasons[fault] as RegExp);
      // One export may have begun during the outage, and one may fail before the endpoint is reached again.
      expect(after.failed - during.failed).toBeLessThanOrEqual(2);
      expect(after.state).toBe('ok');
      expect(end).not.toHaveProperty('reason');
      expect(flushed).toMatchObject({ ok: true });
      expect(peer.mostInFlight()).toBe(1);
    });
  });

  describe.concurrent.each(each(refusals))('%s, %s', (fault, temporality) => {
    test('counts refused points and does not send them again', { timeout: timeoutMs }, async (context) => {
      const { peer, recorded, during, end } = await runThrough(fault, temporality, context);
      const [accepted, refused] = [requestsOf(peer, 'accepted'), requestsOf(peer, 'refused')];
      // Cumulative points include those that were refused before. Refused deltas are missing and counted.
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

  describe.concurrent.each(temporalities)('partial success, %s', (temporality) => {
    test('does not send accepted requests again', { timeout: timeoutMs }, async (context) => {
      const { peer, recorded, flushed, before, during, end } = await runThrough(
        'partial success',
        temporality,
        context,
      );
      expect({ flushed, end }).toMatchObject({ flushed: { ok: true }, end: { state: 'ok', failed: 0 } });
      const accepted = requestsOf(peer, 'accepted');
      expect(totalsOf(accepted, temporality)).toEqual(recorded);
      expect(accountedPoints(end)).toBe(countPoints(accepted));
      const partialSuccesses = accepted.filter((request) => request.fault === 'partial success').length;
      expect(end.points).toMatchObject({ rejected: partialSuccesses, dropped: {} });
      expect(during.delivered).toBeGreaterThan(before.delivered);
      expect(end.delivered).toBe(accepted.length);
    });
  });

  /** The points arrive once, and count as refused: an answer that is not OTLP does not confirm them. */
  async function expectRefusedOnce(fault: Fault, temporality: Temporality, context: Running): Promise<void> {
    const { peer, recorded, flushed, during, end } = await runThrough(fault, temporality, context);
    expect({ flushed, end }).toMatchObject({ flushed: { ok: true }, end: { state: 'ok' } });
    const arrived = requestsOf(peer, 'accepted');
    const refused = arrived.filter((request) => request.fault === fault);
    expect(totalsOf(arrived, temporality)).toEqual(recorded);
    expect(end.points).toEqual({
      exported: countPoints(arrived) - countPoints(refused),
      rejected: 0,
      dropped: { refused: countPoints(refused) },
    });
    expect(end).toMatchObject({ failed: refused.length, delivered: arrived.length - refused.length });
    expect(during.reason).toMatch(reasons[fault] as RegExp);
  }

  describe.concurrent.each(each(oddAnswers))('%s, %s', (fault, temporality) => {
    test('counts the points as refused and does not send them again', { timeout: timeoutMs }, (context) =>
      expectRefusedOnce(fault, temporality, context),
    );
  });

  test.concurrent.for(temporalities)(
    'a lost acknowledgement doubles one request at most, %s',
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
    'waits for Retry-After: %s',
    { timeout: timeoutMs },
    async (fault, context) => {
      const { peer } = await runThrough(fault, 'delta', context);
      const throttled = peer.requests.findIndex((request) => request.fault === fault);
      const [first, second] = peer.requests.slice(throttled);
      // HTTP dates are whole seconds: the wait is up to one second longer.
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(retryAfterSeconds * 1_000 - 20);
    },
  );

  describe.each(each(largeAnswers))('%s, %s', (fault, temporality) => {
    test('counts the points as refused and does not send them again', { timeout: timeoutMs }, (context) =>
      expectRefusedOnce(fault, temporality, context),
    );
  });
}

function hasReceived(peer: FaultPeer, fault: Fault): boolean {
  return peer.requests.some((request) => request.fault === fault);
}
