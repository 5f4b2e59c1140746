/** Sliding window of audited requests: distinct users, distinct sessions and shares. It slides in fifths of its length. */
import { DistinctCounter } from './distinct.js';

const slices = 5;

/** One fifth of a window. */
class Slice {
  /** Number of the time slice, counted from 0 ms; -1 while unused. */
  number = -1;
  readonly users = new DistinctCounter();
  readonly sessions = new DistinctCounter();
  requests = 0;
  streamed = 0;
  cacheHits = 0;
}

/** RequestWindow summarizes recent requests at constant memory. */
export class RequestWindow {
  readonly #sliceMs: number;
  readonly #slices = Array.from({ length: slices }, () => new Slice());

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slices;
  }

  /** Adds `weight` requests of one user and session; an empty text means that the user or session is unknown. */
  add(nowMs: number, user: string, session: string, streamed: boolean, cacheHit: boolean, weight: number): void {
    const slice = this.#current(nowMs);
    if (user !== '') slice.users.add(user);
    if (session !== '') slice.sessions.add(session);
    slice.requests += weight;
    if (streamed) slice.streamed += weight;
    if (cacheHit) slice.cacheHits += weight;
  }

  /** Returns the number of distinct users. */
  users(nowMs: number): number {
    return union(this.#live(nowMs).map(({ users }) => users));
  }

  /** Returns the number of distinct sessions. */
  sessions(nowMs: number): number {
    return union(this.#live(nowMs).map(({ sessions }) => sessions));
  }

  /** Returns a share of requests, 0 to 1; `undefined` without requests. */
  share(nowMs: number, of: 'streamed' | 'cacheHits'): number | undefined {
    const live = this.#live(nowMs);
    const requests = live.reduce((sum, slice) => sum + slice.requests, 0);
    return requests === 0 ? undefined : live.reduce((sum, slice) => sum + slice[of], 0) / requests;
  }

  #current(nowMs: number): Slice {
    const number = Math.floor(nowMs / this.#sliceMs);
    const slice = this.#slices[number % slices] as Slice;
    if (slice.number !== number) {
      slice.number = number;
      slice.users.clear();
      slice.sessions.clear();
      slice.requests = 0;
      slice.streamed = 0;
      slice.cacheHits = 0;
    }
    return slice;
  }

  /** Returns the slices that are not older than the window. */
  #live(nowMs: number): Slice[] {
    const oldest = Math.floor(nowMs / this.#sliceMs) - slices;
    return this.#slices.filter(({ number }) => number > oldest);
  }
}

function union(counters: readonly DistinctCounter[]): number {
  const all = new DistinctCounter();
  for (const counter of counters) all.merge(counter);
  return all.count();
}
