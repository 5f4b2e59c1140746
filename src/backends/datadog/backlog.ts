/** The rest of a collection of which something was accepted, for as long as Datadog takes points of that age. */
import type { Clock } from '../../model/clock.js';
import type { Backlog, EncodedRequest } from '../requests.js';

/** Datadog drops points that are more than an hour old, and says nothing. Five minutes are for clocks that differ. */
export const mostAgeMs = 55 * 60_000;

/** In memory, oldest first. @param onExpired told how many points became too old. */
export function recentBacklog(clock: Clock, onExpired: (points: number) => void): Backlog {
  let kept: readonly { readonly request: EncodedRequest; readonly sinceMs: number }[] = [];

  function expire(): void {
    const recent = kept.filter(({ sinceMs }) => clock.monotonicMs() - sinceMs < mostAgeMs);
    const expired = kept.length - recent.length;
    if (expired === 0) return;
    onExpired(pointsOf(kept.slice(0, expired)));
    kept = recent;
  }

  return {
    durable: false,
    async keep(requests) {
      const sinceMs = clock.monotonicMs();
      kept = [...kept, ...requests.map((request) => ({ request, sinceMs }))];
      return true;
    },
    async first() {
      expire();
      return kept[0]?.request;
    },
    async removeFirst() {
      kept = kept.slice(1);
    },
    async close() {
      const points = pointsOf(kept);
      kept = [];
      return points;
    },
  };
}

function pointsOf(kept: readonly { readonly request: EncodedRequest }[]): number {
  return kept.reduce((sum, { request }) => sum + request.points, 0);
}
