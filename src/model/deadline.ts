/** Bounded waiting: the one race between a promise and a deadline. */

/** Value of `withDeadline` when the deadline passed first. */
export const late: unique symbol = Symbol('late');

/** Options of `withDeadline`. */
export interface DeadlineOptions {
  /** Keeps the process alive until the wait ends; `false` by default. */
  readonly holdProcess?: boolean;
  /** Each ends the wait when aborted, as the deadline does. */
  readonly signals?: readonly AbortSignal[];
}

/**
 * Waits for `work` for at most `timeoutMs` milliseconds.
 *
 * Resolves to the value of `work`, or to `late` when the time is over or a signal was aborted first. Rejects when `work`
 * rejects first. A rejection after that is ignored.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  { holdProcess = false, signals = [] }: DeadlineOptions = {},
): Promise<T | typeof late> {
  work.catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end = () => {};
  const deadline = new Promise<typeof late>((resolve) => {
    end = () => resolve(late);
    timer = setTimeout(end, Math.max(0, timeoutMs));
    if (!holdProcess) timer.unref();
    for (const signal of signals) signal.addEventListener('abort', end, { once: true });
    if (signals.some(({ aborted }) => aborted)) end();
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', end);
  }
}

/** Longest time, in milliseconds, for which `holdingProcess` keeps a process alive. */
const longestHoldMs = 30_000;

/** Waits for `work`. Keeps the process alive until then, for at most 30 seconds. */
export async function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {}, longestHoldMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
