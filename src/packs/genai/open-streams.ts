/**
 * Open streams, and the detection of abandoned ones.
 *
 * A stream is abandoned when its consumer's object is garbage-collected, or when it is idle for too long. Idle streams are
 * detected at collection, without a timer. Nothing here references the consumer's object.
 */

/** The state of an open stream. It must not reference the consumer's object. */
export interface OpenStream {
  /** Time of the last activity. */
  readonly lastMs: number;
  /** Ends the stream as abandoned. Never throws. */
  abandon(): void;
}

/** The set of open streams. */
export class OpenStreams {
  readonly #open = new Set<OpenStream>();
  readonly #idleMs: number;
  readonly #registry = new FinalizationRegistry<OpenStream>((stream) => stream.abandon());

  /** @param idleMs time without activity after which a stream is abandoned. */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  get count(): number {
    return this.#open.size;
  }

  /** @param consumerObject the object that the consumer references while it may still read. */
  add(stream: OpenStream, consumerObject: object): void {
    this.#open.add(stream);
    this.#registry.register(consumerObject, stream, stream);
  }

  /** Removes a stream that has ended. */
  remove(stream: OpenStream): void {
    if (this.#open.delete(stream)) this.#registry.unregister(stream);
  }

  /** Abandons idle streams. */
  sweep(nowMs: number): void {
    for (const stream of this.#open) if (nowMs - stream.lastMs >= this.#idleMs) stream.abandon();
  }
}
