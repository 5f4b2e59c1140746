/** Flushing and shutting down several readers with one deadline, and saying truthfully how each fared. */
import { diag } from '@opentelemetry/api';
import { messageOf } from '../errors.js';

/** How one backend's flush went. */
export interface BackendFlush {
  readonly backend: string;
  readonly ok: boolean;
  /** Why not; absent when `ok`. */
  readonly reason?: string;
}

/** How a flush or shutdown went; `ok` when all of them did. */
export interface FlushResult {
  readonly ok: boolean;
  readonly backends: readonly BackendFlush[];
}

/** One thing to flush. */
export interface FlushTarget {
  readonly name: string;
  /** Resolves when done, rejects when it could not be. */
  flush(): Promise<void>;
}

/**
 * Flushes all targets at once and settles by the deadline, whatever they do. Never rejects.
 *
 * The process is kept alive while it waits, so that `await` at the end of a program works.
 */
export async function flushAll(targets: readonly FlushTarget[], timeoutMs: number): Promise<FlushResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = `not done within ${timeoutMs} ms`;
  const deadline = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, late);
  });
  const backends = await Promise.all(
    targets.map(async (target): Promise<BackendFlush> => {
      const done = Promise.resolve()
        .then(() => target.flush())
        .then(() => undefined, messageOf);
      const reason = await Promise.race([done, deadline]);
      // Other failures are said by the backend itself.
      if (reason === late) diag.warn(`${target.name}: a flush was ${late}; what it had to deliver may be lost.`);
      return { backend: target.name, ok: reason === undefined, ...(reason === undefined ? {} : { reason }) };
    }),
  );
  clearTimeout(timer);
  return { ok: backends.every(({ ok }) => ok), backends };
}
