/** Bounded waiting for callbacks. A flush shortens it, so that time is left for the delivery. */
import type { Host } from './host.js';

/** Share of the time that is left to a flush which a collection may spend on callbacks. */
const callbackShare = 1 / 2;

/** Waiting of one provider for callbacks. Collections never overlap, so there is at most one wait at a time. */
export class CallbackWait {
  readonly #host: Pick<Host, 'clock' | 'sleep'>;
  /** Flushes in progress, by their ends in monotonic milliseconds. */
  readonly #flushes = new Set<{ readonly endMs: number }>();
  /** Ends the sleep of the wait in progress, to calculate it again. */
  #shorten: (() => void) | undefined;

  constructor(host: Pick<Host, 'clock' | 'sleep'>) {
    this.#host = host;
  }

  /**
   * Begins a flush that must end within `timeoutMs` milliseconds: every wait, also the one in progress, takes at most half
   * of the time that is left then.
   *
   * @returns a function that ends the flush.
   */
  beginFlush(timeoutMs: number): () => void {
    const flush = { endMs: this.#host.clock.monotonicMs() + timeoutMs };
    this.#flushes.add(flush);
    this.#shorten?.();
    return () => void this.#flushes.delete(flush);
  }

  /** Waits for `work`, which never rejects, for at most `timeoutMs` milliseconds. Returns the limit that applied. */
  async settle(work: Promise<unknown>, timeoutMs: number): Promise<number> {
    const { clock, sleep } = this.#host;
    const beganMs = clock.monotonicMs();
    let limitMs = timeoutMs;
    try {
      for (;;) {
        const elapsedMs = clock.monotonicMs() - beganMs;
        limitMs = Math.min(limitMs, Math.round(elapsedMs + this.#longestMs()));
        const shortened = new Promise<boolean>((resolve) => {
          this.#shorten = () => resolve(true);
        });
        const timer = sleep(Math.max(0, limitMs - elapsedMs));
        const goesOn = await Promise.race([work.then(() => false), timer.done.then(() => false), shortened]);
        timer.cancel();
        if (!goesOn) return limitMs;
      }
    } finally {
      this.#shorten = undefined;
    }
  }

  /** Returns the longest wait from now on. */
  #longestMs(): number {
    const nowMs = this.#host.clock.monotonicMs();
    const left = Math.min(...Array.from(this.#flushes, ({ endMs }) => endMs - nowMs));
    return Math.max(0, left * callbackShare);
  }
}
