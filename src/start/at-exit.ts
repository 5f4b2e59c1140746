/** The last values of a process that exits at once, by `process.exit()` or an uncaught error. */

import type { Backend } from '../delivery/contract.js';
import { fit, fitBefore } from '../errors/fit.js';
import { messageOf } from '../errors.js';
import { diag } from '../model/diag.js';

/**
 * Delivers the latest values where a backend can do so without waiting, and logs what is lost in one line per backend.
 *
 * @param spooled true if requests that wait are kept on disk.
 */
export function deliverAtExit(backends: readonly Backend[], spooled: boolean): void {
  for (const backend of backends) {
    try {
      deliverOne(backend, spooled);
    } catch (error) {
      diag.warn(fit`exit: cannot deliver the last values for ${backend.name}: ${messageOf(error)}; they may be lost`);
    }
  }
}

function deliverOne(backend: Backend, spooled: boolean): void {
  const { disabled, state, waiting: requests, url = '' } = backend.status();
  // A disabled backend was reported at the start.
  if (disabled) return;
  const metrics = undeliveredBy(backend);
  const waiting = spooled ? 0 : (requests?.points ?? 0);
  // An endpoint that has just failed would only delay the exit.
  const failing = state === 'failing';
  if (metrics + waiting === 0 || (!failing && deliversNow(backend))) return;
  const amounts = [
    ...(metrics > 0 ? [counted(metrics, 'metric')] : []),
    ...(waiting > 0 ? [counted(waiting, 'waiting point')] : []),
  ];
  const cause = failing ? 'the last export failed' : 'await metrics.shutdown() before the process ends';
  const destination = `${backend.name} ${url}`.trimEnd();
  diag.warn(fitBefore(`; ${cause}`)`exit: lost the last values of ${amounts.join(' and ')} for ${destination}`);
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
