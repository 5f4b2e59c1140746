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
  log: Pick<ExitLog, 'late'>,
): Promise<FlushResult> {
  const backends = await Promise.all(targets.map((target) => flushOne(target, timeoutMs, log)));
  return { ok: backends.every(({ ok }) => ok), backends };
}

async function flushOne(target: FlushTarget, timeoutMs: number, log: Pick<ExitLog, 'late'>): Promise<BackendFlush> {
  const backend = target.name;
  const flushed = Promise.resolve()
    .then(() => target.flush())
    .then(() => undefined, messageOf);
  const reason = await withDeadline(flushed, timeoutMs, { holdProcess: true });
  if (reason === undefined) return { backend, ok: true };
  if (reason !== late) return { backend, ok: false, reason };
  // Backends log their other failures themselves.
  const cause = `${target.pull === true ? 'shutdown' : 'flush'} did not finish within ${timeoutMs} ms`;
  const consequence =
    target.pull === true ? 'its port may stay in use until the process ends' : 'undelivered data may be lost';
  const remedy = `${target.pull === true ? '' : 'for a slow endpoint, '}raise shutdownTimeoutMs (OTELIER_SHUTDOWN_TIMEOUT)`;
  log.late(
    backend,
    fitBefore(`: ${cause}; ${consequence}; ${remedy}`)`${backend}`,
    `${cause}; raise OTELIER_SHUTDOWN_TIMEOUT`,
  );
  return { backend, ok: false, reason: `not finished within ${timeoutMs} ms` };
}
