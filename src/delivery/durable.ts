/**
 * Delivers requests through a backlog that outlives the process.
 *
 * An endpoint that answered last is sent new requests at once. Otherwise they are kept before anything is tried, and
 * delivered after all that was kept before them. That goes on between two collections: however long the backlog, and
 * however little time one export has, the newest are reached as fast as the endpoint answers.
 */
import type { Clock } from '../model/clock.js';
import type { EncodedRequest } from '../model/request.js';
import type { Backlog, Blocked, PostResult } from './backlog.js';

/** What became of requests. */
export interface DurableOutcome {
  /** How many of them, from the first on, were answered or are kept. */
  readonly taken: number;
  /** Why not all that is kept was delivered; `undefined` when it was. */
  readonly blocked?: Blocked | undefined;
  /** Why a request was refused. */
  readonly refused?: string | undefined;
  /** What was kept before may have gone with them. */
  readonly late?: boolean;
}

/** How long to wait after a first failure, drawn from below and above. */
const backoffMs = 1_000;
const jitter = 0.2;

type Drained = Omit<DurableOutcome, 'taken' | 'late'>;

/** Delivers for one endpoint. */
export interface DurableDelivery {
  /** Settles at `endMs` of the monotonic clock. What is on its way then stays so. */
  deliver(requests: readonly EncodedRequest[], endMs: number): Promise<DurableOutcome>;
  /** Requests that were answered so far. */
  answered(): number;
  hurry(active: boolean): void;
  /** Begins no request any more, and settles when the one on its way was answered or has failed. */
  close(): Promise<void>;
}

/** @param post settles within the milliseconds given; `once` when it shall not try again. */
export function durableDelivery(
  backlog: Backlog,
  clock: Clock,
  post: (request: EncodedRequest, timeoutMs: number, once?: boolean) => Promise<PostResult>,
): DurableDelivery {
  /** Whether the last request was answered: an endpoint that was never tried may be away. */
  let answers = false;
  let answered = 0;
  /** On the monotonic clock: when an endpoint that asked to wait may be tried again, and why it did. */
  let waiting = { untilMs: Number.NEGATIVE_INFINITY, reason: '' };
  let draining: Promise<Drained> | undefined;
  let hurried = false;
  let closing = false;
  let stopWaiting = () => {};

  async function attempt(request: EncodedRequest, timeoutMs: number, once = false): Promise<PostResult> {
    const posted = await post(request, timeoutMs, once);
    answers = posted.kind === undefined;
    if (posted.kind === undefined) answered++;
    else waiting = { untilMs: clock.monotonicMs() + (posted.retryAfterMs ?? 0), reason: posted.reason };
    return posted;
  }

  /** Sends them without the backlog. */
  async function sendAll(requests: readonly EncodedRequest[], endMs: number): Promise<DurableOutcome> {
    let refused: string | undefined;
    for (const [taken, request] of requests.entries()) {
      const posted = await attempt(request, endMs - clock.monotonicMs(), true);
      if (posted.kind !== undefined) return { taken, blocked: posted, refused };
      refused ??= posted.refused;
    }
    return { taken: requests.length, refused };
  }

  async function sendBacklog(timeoutMs: number): Promise<Drained> {
    let refused: string | undefined;
    while (!closing) {
      const retryAfterMs = waiting.untilMs - clock.monotonicMs();
      if (retryAfterMs > 0 && !hurried)
        return { blocked: { kind: 'unavailable', reason: waiting.reason, retryAfterMs }, refused };
      const request = await backlog.first();
      if (request === undefined) return { refused };
      // All the time of an export for each: one that is cut short is sent twice if it had arrived.
      const posted = await attempt(request, timeoutMs);
      if (posted.kind !== undefined) return { blocked: posted, refused };
      refused ??= posted.refused;
      await backlog.removeFirst();
    }
    return { blocked: { kind: 'unavailable', reason: 'the backend was closed' }, refused };
  }

  function drain(timeoutMs: number) {
    draining ??= sendBacklog(timeoutMs).finally(() => {
      draining = undefined;
    });
    return draining;
  }

  /** Has the backlog delivered, and waits for that until `endMs`. */
  async function drainUntil(endMs: number): Promise<Drained> {
    const timeoutMs = endMs - clock.monotonicMs();
    if (timeoutMs <= 0) return { blocked: { kind: 'unavailable', reason: 'the time for an export was over' } };
    const before = answered;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<{ blocked: Blocked }>((resolve) => {
      timer = setTimeout(() => {
        const reason =
          answered > before
            ? 'what was kept earlier is still being delivered'
            : `no answer within ${Math.round(timeoutMs)} ms`;
        resolve({ blocked: { kind: 'unavailable', reason } });
      }, timeoutMs);
      timer.unref();
    });
    // One that goes on from an earlier collection may give up for reasons of then.
    const last = draining;
    const outcome = await Promise.race([last?.then(() => drain(timeoutMs)) ?? drain(timeoutMs), over]);
    clearTimeout(timer);
    return outcome;
  }

  /** Waits before the next try; `false` when there is no time for one. */
  async function backOff(endMs: number): Promise<boolean> {
    const waitMs = backoffMs * (1 - jitter + 2 * jitter * Math.random());
    if (hurried || clock.monotonicMs() + waitMs >= endMs) return false;
    await new Promise<void>((resolve) => {
      stopWaiting = resolve;
      setTimeout(resolve, waitMs).unref();
    });
    return !hurried;
  }

  return {
    async deliver(requests, endMs) {
      let direct: DurableOutcome = { taken: 0 };
      if (answers && draining === undefined && (await backlog.first()) === undefined) {
        direct = await sendAll(requests, endMs);
        if (direct.blocked === undefined) return direct;
      }
      const rest = requests.slice(direct.taken);
      const kept = rest.length === 0 || (await backlog.keep(rest));
      const taken = kept ? requests.length : direct.taken;
      if (direct.blocked !== undefined && !(await backOff(endMs))) return { ...direct, taken };
      const { blocked, refused = direct.refused } = await drainUntil(endMs);
      if (kept || blocked !== undefined) return { taken, blocked, refused, late: true };
      // Without room on the disk, but with an endpoint that is there.
      const sent = await sendAll(rest, endMs);
      return { ...sent, taken: taken + sent.taken, refused: sent.refused ?? refused, late: true };
    },
    answered: () => answered,
    hurry(active) {
      hurried = active;
      if (active) stopWaiting();
    },
    async close() {
      closing = true;
      await draining?.catch(() => undefined);
    },
  };
}
