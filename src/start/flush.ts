/** Flushes or shuts down several readers with one deadline and reports the result of each. */
import { fitBefore } from '../errors/fit.js';
import { messageOf } from '../errors.js';
import { late, withDeadline } from '../model/deadline.js';
import type { ExitLog } from './exit-log.js';

/** Result of flushing one backend. */
export interface BackendFlush {
  readonly backend: string;
  readonly ok: boolean;
  /** Cause of the failure; absent when `ok`. */
  readonly reason?: string;
}

/** Result of a flush or shutdown; `ok` when every backend succeeded. */
export interface FlushResult {
  readonly ok: boolean;
  readonly backends: readonly BackendFlush[];
}

/** A reader to flush or shut down. */
export interface FlushTarget {
  readonly name: string;
  /** True for a backend that is scraped: it has nothing to deliver. */
  readonly pull?: boolean;
  /** Returns what to check after this reason of a failure, if the target has never had an answer. */
  remedy?(reason: string): string | undefined;
  /** Resolves on success, rejects on failure. */
  flush(): Promise<void>;
}

/**
 * Flushes all targets concurrently and resolves by the deadline. Never rejects.
 *
 * Keeps the process alive until it resolves, so that `await` works as the last statement of a program.
 */
export async function flushAll(
  targets: readonly FlushTarget[],
  timeoutMs: number,
  log: Pick<ExitLog, 'late' | 'finished'>,
): Promise<FlushResult> {
  const backends = await Promise.all(targets.map((target) => flushOne(target, timeoutMs, log)));
  return { ok: backends.every(({ ok }) => ok), backends };
}

async function flushOne(
  target: FlushTarget,
  timeoutMs: number,
  log: Pick<ExitLog, 'late' | 'finished'>,
): Promise<BackendFlush> {
  const backend = target.name;
  const flushed = Promise.resolve()
    .then(() => target.flush())
    .then(() => undefined, messageOf);
  const reason = await withDeadline(flushed, timeoutMs, { holdProcess: true });
  if (reason === undefined) {
    log.finished(backend);
    return { backend, ok: true };
  }
  if (reason !== late) return { backend, ok: false, reason };
  // Backends log their other failures themselves.
  log.late(backend, ...lateMessage(target, timeoutMs));
  return { backend, ok: false, reason: `not finished within ${timeoutMs} ms` };
}

/** Returns the line about a flush or shutdown that did not finish, and its short form for the line about an exit. */
function lateMessage({ name, pull = false, remedy }: FlushTarget, timeoutMs: number): [line: string, brief: string] {
  const variable = 'OTELIER_SHUTDOWN_TIMEOUT';
  const raise = `raise shutdownTimeoutMs (${variable})`;
  if (pull) {
    const end = `: shutdown did not finish within ${timeoutMs} ms; its port may stay in use until the process ends; ${raise}`;
    return [fitBefore(end)`${name}`, `raise ${variable}`];
  }
  const cause = `flush did not finish within ${timeoutMs} ms`;
  const unanswered = `no answer within ${timeoutMs} ms`;
  const check = remedy?.(unanswered);
  const end = `: ${cause}; undelivered data may be lost; ${check ?? `for a slow endpoint, ${raise}`}`;
  return [fitBefore(end)`${name}`, check === undefined ? `${cause}; raise ${variable}` : `${unanswered}; ${check}`];
}
