/**
 * Decides when a request is sent again. The only place that computes back-off, `Retry-After` and the time left for an
 * attempt.
 *
 * After the n-th failure in a row the wait is 1 s × 1.5ⁿ⁻¹ ± 20 %, at most the interval between exports. A wait that the
 * endpoint asked for is extended by 0 to 10 % and never shortened, up to a cap.
 */
import type { Clock } from '../model/clock.js';
import { withDeadline } from '../model/deadline.js';
import type { FailedPost, PostResult } from './http-response.js';

const firstBackoffMs = 1_000;
const maxBackoffMs = 30_000;
const backoffGrowth = 1.5;
const jitter = 0.2;
/** Share of the time for an export that an attempt needs at least: an answer after the deadline is of no use. */
const minAttemptShare = 0.1;
/** Interval that the cap of `Retry-After` is derived from where requests are not sent at an interval. */
const defaultIntervalMs = 60_000;

/** Time that attempts may take. */
export interface RetryLimits {
  /** Monotonic time of the export's deadline. No wait lasts beyond it. */
  readonly endMs: number;
  /** True to go on after the deadline for as long as no attempt fails. False by default. */
  readonly inBackground?: boolean;
  /** Milliseconds that the whole export may take. */
  readonly timeoutMs: number;
  /** Aborted by a flush, a shutdown or the closing of the exporter: waiting ends. */
  readonly signals: readonly AbortSignal[];
}

/** Retry state of one endpoint. */
export class Retry {
  /** Maximum wait that an endpoint may ask for, in milliseconds. */
  readonly maxRetryAfterMs: number;
  /** True if the last attempt was answered. False before the first attempt. */
  healthy = false;
  readonly #clock: Clock;
  readonly #maxBackoffMs: number;
  #failures = 0;
  #backoffUntilMs = Number.NEGATIVE_INFINITY;
  #retryAfterUntilMs = Number.NEGATIVE_INFINITY;
  #last: FailedPost | undefined;

  /**
   * @param intervalMs milliseconds between exports; `undefined` without an interval.
   * @param maxRetryAfterMs ten intervals by default.
   */
  constructor(
    clock: Clock,
    intervalMs: number | undefined,
    maxRetryAfterMs: number = 10 * (intervalMs ?? defaultIntervalMs),
  ) {
    this.#clock = clock;
    this.#maxBackoffMs = Math.min(maxBackoffMs, intervalMs ?? maxBackoffMs);
    this.maxRetryAfterMs = maxRetryAfterMs;
  }

  /** Milliseconds until the end of a wait that the endpoint asked for; 0 without such a wait. */
  get retryAfterMs(): number {
    return Math.max(0, this.#retryAfterUntilMs - this.#clock.monotonicMs());
  }

  /** Begins a new export: its first attempt does not wait for the back-off of an earlier one. */
  restart(): void {
    this.#failures = 0;
    this.#backoffUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Repeats `post` until it is answered or the limits are reached. `post` receives the milliseconds that are left. */
  async run(limits: RetryLimits, post: (timeoutMs: number) => Promise<PostResult>): Promise<PostResult> {
    for (;;) {
      const blocked = await this.turn(limits);
      if (blocked !== undefined) return blocked;
      const result = await post(limits.endMs - this.#clock.monotonicMs());
      if (result.kind !== 'failed') return result;
      this.failed(result);
    }
  }

  /** Waits until the next attempt may start. Resolves to the last failure if no attempt fits into the limits. */
  async turn(limits: RetryLimits): Promise<FailedPost | undefined> {
    const { endMs, timeoutMs, signals, inBackground = false } = limits;
    const isAborted = () => signals.some(({ aborted }) => aborted);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= endMs && !inBackground) return this.#failure();
    // A flush attempts each request once, whatever the endpoint asked for.
    if (isAborted()) return this.#failures === 0 ? undefined : this.#failure();
    const untilMs = Math.max(this.#backoffUntilMs, this.#retryAfterUntilMs);
    if (untilMs <= nowMs) return undefined;
    const lastStartMs = endMs - timeoutMs * minAttemptShare;
    if (untilMs >= lastStartMs) return this.#failure();
    await withDeadline(new Promise<never>(() => {}), untilMs - nowMs, { signals });
    // The timer of a busy process is late, by more than the time that is left.
    const isTooLate = !inBackground && this.#clock.monotonicMs() >= lastStartMs;
    return isAborted() || isTooLate ? this.#failure() : undefined;
  }

  /** Records an attempt that was accepted or refused. */
  answered(): void {
    this.healthy = true;
    this.#last = undefined;
    this.#retryAfterUntilMs = Number.NEGATIVE_INFINITY;
    this.restart();
  }

  /** Records an attempt that may be repeated. */
  failed(post: FailedPost): void {
    this.healthy = false;
    this.#last = post;
    const nowMs = this.#clock.monotonicMs();
    // Also with `Retry-After`, which may be 0 or a date in the past.
    const backoffMs = Math.min(firstBackoffMs * backoffGrowth ** this.#failures, this.#maxBackoffMs);
    this.#backoffUntilMs = nowMs + backoffMs * (1 - jitter + 2 * jitter * Math.random());
    if (post.retryAfterMs !== undefined) {
      const waitMs = Math.min(post.retryAfterMs, this.maxRetryAfterMs);
      this.#retryAfterUntilMs = nowMs + waitMs * (1 + (jitter / 2) * Math.random());
    }
    this.#failures++;
  }

  #failure(): FailedPost {
    return this.#last ?? { kind: 'failed', reason: 'the time for an export was over', ambiguous: false };
  }
}
