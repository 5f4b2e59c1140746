/** The last values of a process that exits at once, by `process.exit()` or an uncaught error. */
import type { Backend } from '../delivery/contract.js';
import { diag } from '../model/diag.js';

/**
 * Delivers the latest values where a backend can do so without waiting, and logs in one line what is lost.
 *
 * @param spooled true if requests that wait are kept on disk.
 * @param flushed true after a flush that failed: nothing is tried again.
 */
export function deliverAtExit(backends: readonly Backend[], spooled: boolean, flushed: boolean): void {
  const lost = backends.flatMap((backend) => {
    const status = backend.status();
    // A disabled backend was reported at the start.
    if (status.disabled) return [];
    const metrics = undeliveredBy(backend);
    const waiting = spooled ? 0 : (status.waiting?.points ?? 0);
    if (metrics + waiting === 0 || (!flushed && deliversNow(backend))) return [];
    const amounts = [
      ...(metrics > 0 ? [counted(metrics, 'metric')] : []),
      ...(waiting > 0 ? [counted(waiting, 'waiting point')] : []),
    ];
    return [`${amounts.join(' and ')} for ${backend.name} ${status.url ?? ''}`.trimEnd()];
  });
  if (lost.length === 0) return;
  const cause = flushed ? 'the last export failed' : 'await metrics.shutdown() before the process ends';
  diag.warn(`exit: lost the last values of ${lost.join(', ')}; ${cause}`);
}

/** Returns the number of metrics with undelivered recordings, if the reader of the backend counts them. */
function undeliveredBy({ reader }: Backend): number {
  return (reader as { undelivered?(): number }).undelivered?.() ?? 0;
}

function deliversNow(backend: Backend): boolean {
  try {
    return backend.deliverNow?.() ?? false;
  } catch {
    return false;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
