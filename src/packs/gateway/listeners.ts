/** Those who want the detailed events themselves, such as a store: told in batches, each without the others' troubles. */
import type { AuditedEvent } from './event.js';

/**
 * Takes a batch of events, oldest first, and returns a promise where that takes time. What it throws, or rejects with,
 * is counted and goes no further.
 */
export type EventListener = (events: readonly AuditedEvent[]) => unknown;

/** All listeners of a pack. */
export class Listeners {
  readonly #failed: () => void;
  #listeners: readonly EventListener[] = [];

  /** @param failed called for each batch that a listener failed to take. */
  constructor(failed: () => void) {
    this.#failed = failed;
  }

  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  /** Adds a listener; the returned function takes it away again. */
  add(listener: EventListener): () => void {
    // A wrapper of its own, so that one added twice can be taken away once.
    const own: EventListener = (events) => listener(events);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  deliver(events: readonly AuditedEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        const taken: unknown = listener(events);
        if (taken !== undefined) Promise.resolve(taken).catch(this.#failed);
      } catch {
        this.#failed();
      }
    }
  }
}
