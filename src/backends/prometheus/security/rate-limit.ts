/** How often the endpoint may be asked, by everybody together: a token bucket, as in Prometheus' web configuration. */
import type { Clock } from '../../../model/clock.js';

/** One request every `intervalMs` on average, and up to `burst` at once. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Counts a request, and says whether it may be answered; 429 when not. */
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
