/** Request queue in memory; lost when the process exits. */
import type { Clock } from '../model/clock.js';
import type { EncodedRequest } from '../model/request.js';
import type { WaitingCounts } from './contract.js';
import type { Queue } from './queue.js';

/** Drops requests that the endpoint would no longer accept. */
export interface Expiry {
  readonly clock: Clock;
  readonly maxAgeMs: number;
  /** Called with the number of points that expired. */
  onExpired(points: number): void;
}

interface Entry {
  readonly request: EncodedRequest;
  /** Monotonic time of the insertion. */
  readonly sinceMs: number;
}

/** Queue of at most one collection's requests: while it holds any, no further collection is encoded. */
export class MemoryQueue implements Queue {
  readonly #expiry: Expiry | undefined;
  #entries: Entry[] = [];

  /** @param expiry absent for requests that do not expire. */
  constructor(expiry?: Expiry) {
    this.#expiry = expiry;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  async add(requests: readonly EncodedRequest[]): Promise<boolean> {
    const sinceMs = this.#expiry?.clock.monotonicMs() ?? 0;
    this.#entries.push(...requests.map((request) => ({ request, sinceMs })));
    return true;
  }

  async first(): Promise<EncodedRequest | undefined> {
    this.#expire();
    return this.#entries[0]?.request;
  }

  async remove(request: EncodedRequest): Promise<boolean> {
    if (this.#entries[0]?.request !== request) return false;
    this.#entries.shift();
    return true;
  }

  /** Removes all requests and returns them. */
  takeAll(): EncodedRequest[] {
    return this.#entries.splice(0).map(({ request }) => request);
  }

  waiting(): WaitingCounts {
    return {
      requests: this.#entries.length,
      points: this.#points(),
      bytes: this.#entries.reduce((sum, { request }) => sum + request.body.byteLength, 0),
    };
  }

  async close(): Promise<number> {
    return this.takeAll().reduce((sum, { points }) => sum + points, 0);
  }

  #expire(): void {
    if (this.#expiry === undefined) return;
    const { clock, maxAgeMs, onExpired } = this.#expiry;
    const nowMs = clock.monotonicMs();
    const before = this.#points();
    this.#entries = this.#entries.filter(({ sinceMs }) => nowMs - sinceMs < maxAgeMs);
    const expired = before - this.#points();
    if (expired > 0) onExpired(expired);
  }

  #points(): number {
    return this.#entries.reduce((sum, { request }) => sum + request.points, 0);
  }
}
