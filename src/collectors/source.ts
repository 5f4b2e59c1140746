/**
 * Sources of readings. A source is read at collection, at most once per interval, and one read at a time.
 *
 * Without a timer, a program without collections pays nothing, and no reading keeps a process alive. A source that fails or
 * does not answer has no current reading, so its metrics disappear instead of keeping their last values.
 */
import type { Clock } from '../model/clock.js';

/** How a source is read. */
export interface SourceOptions<T, R> {
  /** Name in metrics and messages, such as `runtime`. */
  readonly name: string;
  /** Milliseconds for which a reading is reused. */
  readonly intervalMs: number;
  /** Milliseconds after which a collection stops waiting; 1000 by default. */
  readonly timeoutMs?: number;
  /** Gets the raw content: a text of a file, the output of a program. */
  load(): T | Promise<T>;
  /** Converts the content. Pure. */
  parse(content: T): R;
}

/** Why a source has no reading. */
export type SourceFailure = 'failed' | 'timeout';

/** All failures. */
export const sourceFailures: readonly SourceFailure[] = ['failed', 'timeout'];

/** Counts of the reads of a source, and the time that they took. */
export interface SourceCounts {
  reads: number;
  readonly failures: Record<SourceFailure, number>;
  /** Seconds of the main thread in `load`, until it returns, and in `parse`. */
  busySeconds: number;
}

const defaultTimeoutMs = 1_000;

/** Collections rarely keep an exact distance: one that comes a little early gets a new reading too. */
const tolerance = 0.9;

/** All metrics of one collection get the same reading or failure, however short the interval. */
const shortestMs = 10;

/** Source with its latest reading. */
export class Source<T, R> {
  readonly counts: SourceCounts = { reads: 0, failures: { failed: 0, timeout: 0 }, busySeconds: 0 };
  readonly #options: SourceOptions<T, R>;
  readonly #clock: Clock;
  readonly #onFirstFailure: (error: unknown) => void;
  readonly #onReading: (reading: R | undefined) => void;
  /** Result of the last read; without a reading if it failed. */
  #latest: { readonly reading: R | undefined; readonly atMs: number } | undefined;
  /** Result of the asynchronous read in progress; of one that took too long: without a reading. */
  #running: Promise<R | undefined> | undefined;

  /**
   * @param onFirstFailure called once, with the error of the first read that fails. Its message does not name the source.
   * @param onReading called with each new reading, and with `undefined` for each read that fails.
   */
  constructor(
    options: SourceOptions<T, R>,
    clock: Clock,
    onFirstFailure: (error: unknown) => void,
    onReading: (reading: R | undefined) => void = () => {},
  ) {
    this.#onReading = onReading;
    this.#options = options;
    this.#clock = clock;
    this.#onFirstFailure = onFirstFailure;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Returns the latest reading if it is recent, else a new one; `undefined` after a failure. Never throws or rejects. */
  current(): R | undefined | Promise<R | undefined> {
    const latest = this.#latest;
    const isFailure = latest?.reading === undefined;
    const maxAgeMs = isFailure ? shortestMs : Math.max(shortestMs, this.#options.intervalMs * tolerance);
    if (latest !== undefined && this.#clock.monotonicMs() - latest.atMs < maxAgeMs) return latest.reading;
    return this.#running ?? this.#read();
  }

  #read(): R | undefined | Promise<R | undefined> {
    this.counts.reads++;
    try {
      const content = this.#busy(() => this.#options.load());
      return content instanceof Promise ? this.#wait(content) : this.#parse(content);
    } catch (error) {
      return this.#fail('failed', error);
    }
  }

  #wait(content: Promise<T>): Promise<R | undefined> {
    const { timeoutMs = defaultTimeoutMs } = this.#options;
    const running = new Promise<R | undefined>((resolve) => {
      const timer = setTimeout(() => {
        resolve(this.#fail('timeout', new Error(`did not answer within ${timeoutMs} ms`)));
      }, timeoutMs);
      timer.unref();
      const end = (reading: R | undefined) => {
        clearTimeout(timer);
        this.#running = undefined;
        resolve(reading);
      };
      content.then((each) => this.#parse(each)).then(end, (error) => end(this.#fail('failed', error)));
    });
    this.#running = running;
    return running;
  }

  #parse(content: T): R {
    const reading = this.#busy(() => this.#options.parse(content));
    this.#latest = { reading, atMs: this.#clock.monotonicMs() };
    this.#onReading(reading);
    return reading;
  }

  #fail(failure: SourceFailure, error: unknown): undefined {
    const { failures } = this.counts;
    if (failures.failed + failures.timeout === 0) this.#onFirstFailure(error);
    failures[failure]++;
    this.#latest = { reading: undefined, atMs: this.#clock.monotonicMs() };
    this.#onReading(undefined);
  }

  #busy<V>(work: () => V): V {
    const startedMs = this.#clock.monotonicMs();
    try {
      return work();
    } finally {
      this.counts.busySeconds += (this.#clock.monotonicMs() - startedMs) / 1_000;
    }
  }
}
