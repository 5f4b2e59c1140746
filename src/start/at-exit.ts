/** The last values of a process that exits at once, by `process.exit()` or an uncaught error. */

import type { Backend } from '../delivery/contract.js';
import { briefly } from '../delivery/remedy.js';
import { minUrlLength } from '../errors/cut.js';
import { fit } from '../errors/fit.js';
import { cut, maxProblemLength, messageOf } from '../errors.js';
import { diag } from '../model/diag.js';
import type { ExitLog } from './exit-log.js';

/** Circumstances of an exit that decide about the message of a loss. */
export interface ExitContext {
  /** True if requests that wait are kept on disk. */
  readonly spooled: boolean;
  /** Backends that were ready to deliver. */
  readonly opened: ReadonlySet<Backend>;
  /** True if an uncaught error ends the process. */
  readonly isUncaught: boolean;
  readonly log: Pick<ExitLog, 'hold' | 'replace' | 'release'>;
}

/** Delivers the latest values where a backend can do so without waiting, and logs what is lost in one line per backend. */
export function deliverAtExit(backends: readonly Backend[], context: ExitContext): void {
  context.log.hold();
  for (const backend of backends) {
    try {
      deliverOne(backend, context);
    } catch (error) {
      diag.warn(fit`exit: cannot deliver the last values for ${backend.name}: ${messageOf(error)}; they may be lost`);
    }
  }
  context.log.release();
}

function deliverOne(backend: Backend, { spooled, opened, isUncaught, log }: ExitContext): void {
  const { disabled, state, waiting: requests } = backend.status();
  // A disabled backend was reported at the start.
  if (disabled) return;
  const metrics = undeliveredBy(backend);
  const waiting = spooled ? 0 : (requests?.points ?? 0);
  // An endpoint that has just failed would only delay the exit.
  if (metrics + waiting === 0 || (state !== 'failing' && deliversNow(backend))) return;
  // Read again: the attempt may have failed.
  const { state: lastState, reason = '', url = '' } = backend.status();
  const amounts = [
    ...(metrics > 0 ? [counted(metrics, 'metric')] : []),
    ...(waiting > 0 ? [counted(waiting, 'waiting data point')] : []),
  ];
  const destination = `${backend.name} ${url}`.trimEnd();
  // Replaces the lines of the last flush, which have the same cause.
  const late = log.replace(backend.name);
  const [cause, remedy] =
    lastState === 'failing'
      ? [`: ${briefly(reason)}`, backend.remedy?.()]
      : isUncaught && late === undefined
        ? [': uncaught error', "await metrics.shutdown() on 'uncaughtException'"]
        : ['', late ?? remedyOf(backend, opened)];
  const loss = `exit: lost the last values of ${amounts.join(' and ')} for `;
  diag.warn(lossMessage(loss, destination, cause, remedy === undefined ? '' : `; ${remedy}`));
}

/** Shortest length to which a destination is cut: the name of a backend and its default address are shorter. */
const minDestinationLength = 44;
const minCauseLength = 14;

/** Returns the line about a loss. Cuts the destination first, then the amounts, then the cause. */
function lossMessage(loss: string, destination: string, cause: string, remedy: string): string {
  const needed = loss.length + Math.min(destination.length, minDestinationLength) + cause.length + remedy.length;
  const start = needed > maxProblemLength ? loss.replace(' data point', ' point') : loss;
  const room = maxProblemLength - start.length - remedy.length;
  const whole = minUrlLength(destination);
  const minimum = whole > room - minCauseLength ? minDestinationLength : Math.max(minDestinationLength, whole);
  const shown = cut(destination, Math.max(room - cause.length, minimum));
  return `${start}${shown}${cut(cause, Math.max(room - shown.length, minCauseLength))}${remedy}`;
}

/** Returns what delivers the last values: a backend that delivers without waiting needs only to be ready. */
function remedyOf(backend: Backend, opened: ReadonlySet<Backend>): string {
  return backend.deliverNow !== undefined && !opened.has(backend)
    ? 'await metrics.ready before process.exit()'
    : 'await metrics.shutdown() before the process ends';
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
