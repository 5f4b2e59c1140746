/** Where requests wait that could not be sent, while the process lives. */
import type { Clock } from '../model/clock.js';
import type { EncodedRequest } from '../model/request.js';
import type { Backlog } from './backlog.js';

/** When requests are given up that an endpoint would not take any more. */
export interface Expiry {
  readonly clock: Clock;
  readonly maxAgeMs: number;
  /** Told how many points became too old. */
  onExpired(points: number): void;
}

interface Kept {
  readonly request: EncodedRequest;
  /** On the monotonic clock. */
  readonly sinceMs: number;
}

/**
 * The rest of a collection of which something was accepted, for as long as it takes without an expiry. It is all there is:
 * nothing is encoded before it is sent.
 */
export function memoryBacklog(expiry?: Expiry): Backlog {
  let kept: readonly Kept[] = [];
  const nowMs = () => expiry?.clock.monotonicMs() ?? 0;

  function expire({ maxAgeMs, onExpired }: Expiry): void {
    const recent = kept.filter(({ sinceMs }) => nowMs() - sinceMs < maxAgeMs);
    const expired = kept.length - recent.length;
    if (expired === 0) return;
    onExpired(pointsOf(kept.slice(0, expired)));
    kept = recent;
  }

  return {
    durable: false,
    async keep(requests) {
      const sinceMs = nowMs();
      kept = [...kept, ...requests.map((request) => ({ request, sinceMs }))];
      return true;
    },
    async first() {
      if (expiry !== undefined) expire(expiry);
      return kept[0]?.request;
    },
    async removeFirst() {
      kept = kept.slice(1);
    },
    waiting: () => ({
      requests: kept.length,
      points: pointsOf(kept),
      bytes: kept.reduce((sum, { request }) => sum + request.body.byteLength, 0),
    }),
    async close() {
      const points = pointsOf(kept);
      kept = [];
      return points;
    },
  };
}

function pointsOf(kept: readonly Kept[]): number {
  return kept.reduce((sum, { request }) => sum + request.points, 0);
}
