/**
 * Handles that have not ended, and the detection of abandoned ones.
 *
 * A handle is abandoned when it is garbage-collected, or when it is idle for too long. Idle handles are detected at
 * collection, without a timer. Nothing here references a handle.
 */

/** The state behind a handle that has not ended. It must not reference the handle. */
export interface OpenHandle {
  /** Time of the last activity. */
  readonly lastMs: number;
  /** Ends the handle as abandoned, and removes its state. Never throws. */
  abandon(): void;
}

/** The set of open handles, by their state. */
export class OpenHandles<S extends OpenHandle = OpenHandle> {
  readonly #open = new Set<S>();
  readonly #idleMs: number;
  readonly #registry = new FinalizationRegistry<S>((state) => state.abandon());

  /** @param idleMs time without activity after which a handle is abandoned. */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  get count(): number {
    return this.#open.size;
  }

  /** True if the handle of a state is open. */
  has(state: S): boolean {
    return this.#open.has(state);
  }

  /** @param handle the object that the application references while it may still end it. Each of its functions must reference it. */
  add(state: S, handle: object): void {
    this.#open.add(state);
    this.#registry.register(handle, state, state);
  }

  /** Removes the state of a handle that has ended. Returns false if it was not open. */
  remove(state: S): boolean {
    if (!this.#open.delete(state)) return false;
    this.#registry.unregister(state);
    return true;
  }

  /** Abandons idle handles. */
  sweep(nowMs: number): void {
    for (const state of this.#open) if (nowMs - state.lastMs >= this.#idleMs) state.abandon();
  }

  /** Iterates over the open states; each may be removed meanwhile. */
  [Symbol.iterator](): Iterator<S> {
    return this.#open.values();
  }
}
