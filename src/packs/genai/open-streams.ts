/**
 * Streams that began and have not ended, so that those that nobody reads any more are found.
 *
 * A stream is given up when what its consumer holds is gone, or when nothing happened on it for too long; the latter is
 * looked at when metrics are collected. Nothing here holds on to what the consumer has, and no timer runs.
 */

/** What is kept of a stream. It must not hold what its consumer does. */
export interface OpenStream {
  /** When something happened on it last. */
  readonly lastMs: number;
  /** Ends it as abandoned. Never throws. */
  abandon(): void;
}

/** The streams that are open. */
export class OpenStreams {
  readonly #open = new Set<OpenStream>();
  readonly #idleMs: number;
  readonly #gone = new FinalizationRegistry<OpenStream>((stream) => stream.abandon());

  /** @param idleMs how long nothing may happen on a stream that is read. */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  get count(): number {
    return this.#open.size;
  }

  /** @param held what the consumer holds for as long as it may read on. */
  opened(stream: OpenStream, held: object): void {
    this.#open.add(stream);
    this.#gone.register(held, stream, stream);
  }

  /** A stream ended, in whatever way. */
  closed(stream: OpenStream): void {
    if (this.#open.delete(stream)) this.#gone.unregister(stream);
  }

  /** Gives up the streams on which nothing happened for too long. */
  sweep(nowMs: number): void {
    for (const stream of this.#open) if (nowMs - stream.lastMs >= this.#idleMs) stream.abandon();
  }
}
