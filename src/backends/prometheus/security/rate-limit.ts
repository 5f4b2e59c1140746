/** Rate limit over the requests of all clients: a token bucket, as in Prometheus' web configuration. */
import type { Clock } from '../../../model/clock.js';

/** Admits one request per `intervalMs` on average, and up to `burst` requests at a time. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Returns a function that counts a request and returns `false` when it exceeds the limit. */
export function limitRate({ intervalMs, burst }: RateLimit, clock: Clock): () => boolean {
  let tokens = burst;
  let filledMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + (nowMs - filledMs) / intervalMs);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
