/** Sliding window of audited requests: distinct users, distinct sessions and shares. It slides in fifths of its length. */
import { DistinctCounter } from './distinct.js';

const slices = 5;

/** One fifth of a window. */
class Slice {
  /** Number of the time slice, counted from 0 ms; -1 while unused. */
  number = -1;
  readonly users = new DistinctCounter();
  readonly sessions = new DistinctCounter();
  readonly streaming = new Share();
  readonly cacheHit = new Share();
}

/** Counts requests that report a property, and requests that have it. */
class Share {
  reported = 0;
  positive = 0;

  /** @param has `undefined` if the request does not report the property. */
  add(has: boolean | undefined, weight: number): void {
    if (has === undefined) return;
    this.reported += weight;
    if (has) this.positive += weight;
  }

  clear(): void {
    this.reported = 0;
    this.positive = 0;
  }
}

/** A property of requests whose share is computed. A request that does not report it is not part of the share. */
export type SharedProperty = 'streaming' | 'cacheHit';

/** The properties that a request reports. */
export type ReportedProperties = { readonly [P in SharedProperty]: boolean | undefined };

/** RequestWindow summarizes recent requests at constant memory. */
export class RequestWindow {
  readonly #sliceMs: number;
  readonly #slices = Array.from({ length: slices }, () => new Slice());

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slices;
  }

  /** Adds `weight` requests of one user and session; an empty text means that the user or session is unknown. */
  add(nowMs: number, user: string, session: string, { streaming, cacheHit }: ReportedProperties, weight: number): void {
    const slice = this.#current(nowMs);
    if (user !== '') slice.users.add(user);
    if (session !== '') slice.sessions.add(session);
    slice.streaming.add(streaming, weight);
    slice.cacheHit.add(cacheHit, weight);
  }

  /** Returns the number of distinct users. */
  users(nowMs: number): number {
    return union(this.#live(nowMs).map(({ users }) => users));
  }

  /** Returns the number of distinct sessions. */
  sessions(nowMs: number): number {
    return union(this.#live(nowMs).map(({ sessions }) => sessions));
  }

  /** Returns the share of requests with a property among those that report it, 0 to 1; `undefined` without such requests. */
  share(nowMs: number, of: SharedProperty): number | undefined {
    const shares = this.#live(nowMs).map((slice) => slice[of]);
    const reported = shares.reduce((sum, share) => sum + share.reported, 0);
    return reported === 0 ? undefined : shares.reduce((sum, share) => sum + share.positive, 0) / reported;
  }

  #current(nowMs: number): Slice {
    const number = Math.floor(nowMs / this.#sliceMs);
    const slice = this.#slices[number % slices] as Slice;
    if (slice.number !== number) {
      slice.number = number;
      slice.users.clear();
      slice.sessions.clear();
      slice.streaming.clear();
      slice.cacheHit.clear();
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
