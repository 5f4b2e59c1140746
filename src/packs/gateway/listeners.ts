/** Listeners of detailed events, such as a store. They receive events in batches; a failing listener affects no other. */
import type { AuditedEvent } from './event.js';

/**
 * Receives a batch of events, oldest first, and may return a promise. An error or a rejection is counted in
 * `gateway.audit.listener.errors` and ignored otherwise.
 */
export type EventListener = (events: readonly AuditedEvent[]) => unknown;

/** All listeners of a pack. */
export class Listeners {
  readonly #onError: () => void;
  #listeners: readonly EventListener[] = [];

  /** @param onError called for each batch in which a listener fails. */
  constructor(onError: () => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  /** Adds a listener and returns a function that removes it. */
  add(listener: EventListener): () => void {
    // The wrapper gives each registration an identity: a listener that was added twice can be removed once.
    const registered: EventListener = (events) => listener(events);
    this.#listeners = [...this.#listeners, registered];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== registered);
    };
  }

  deliver(events: readonly AuditedEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(events);
        if (result !== undefined) Promise.resolve(result).catch(this.#onError);
      } catch {
        this.#onError();
      }
    }
  }
}
