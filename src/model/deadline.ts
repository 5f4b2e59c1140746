/** Bounded waiting: the one race between a promise and a deadline. */

/** Value of `withDeadline` when the deadline passed first. */
export const late: unique symbol = Symbol('late');

/** Options of `withDeadline`. */
export interface DeadlineOptions {
  /** Keeps the process alive until the wait ends; `false` by default. */
  readonly holdProcess?: boolean;
  /** Ends the wait when aborted, as the deadline does. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for `work` for at most `timeoutMs` milliseconds.
 *
 * Resolves to the value of `work`, or to `late` if the time is over or `signal` is aborted first. Rejects if `work`
 * rejects first. A later rejection is ignored.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  { holdProcess = false, signal }: DeadlineOptions = {},
): Promise<T | typeof late> {
  work.catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end = () => {};
  const deadline = new Promise<typeof late>((resolve) => {
    end = () => resolve(late);
    timer = setTimeout(end, Math.max(0, timeoutMs));
    if (!holdProcess) timer.unref();
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
