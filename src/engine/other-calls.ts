/** Answers calls that an instrument does not have: each is logged once per metric with the call to write, and never throws. */
import { defineOtherCall, otherCalls, replacementOf } from '../catalogue/other-calls.js';
import { isObservable, recordMethods } from '../model/instrument.js';
import { type CalledTimer, callWork } from '../model/timing.js';
import type { Reports } from './rejections.js';

/** Returns the reports of the instrument that a call was made on; `undefined` if the method was called without it. */
type ReportsOf = (handle: unknown) => Reports | undefined;

/** Form of a handle: a bound one has fixed attributes. */
type Form = 'instrument' | 'bound';

/**
 * Adds the methods of `otherCalls` that `target` does not have, not enumerable. A call that loses a measurement is counted.
 *
 * @param target prototype of handles.
 */
export function addOtherCalls<T extends object>(target: T, form: Form, reportsOf: ReportsOf): T {
  for (const name of Object.keys(otherCalls)) {
    if (name in target) continue;
    defineOtherCall(target, name, function (this: unknown, ...args: unknown[]) {
      const reports = reportsOf(this);
      return reports === undefined ? undefined : answer(name, form, reports, this, args);
    });
  }
  return target;
}

/** Reports a call, and returns what its callers may use without an error. */
function answer(name: string, form: Form, reports: Reports, handle: unknown, args: readonly unknown[]): unknown {
  const replacement = replacementIn(form, replacementOf(name, reports.instrument));
  const lose = () => reports.rejectCall(name, replacement);
  const warn = () => reports.warn(name, `${name}() does not exist: use ${replacement}`);
  switch (otherCalls[name]?.[0]) {
    case 'binds':
      warn();
      return inertHandle(lose);
    case 'changes':
      return warn();
    case 'records a value': {
      const { kind, shape } = reports.instrument;
      if (isObservable(kind) || shape !== undefined) return lose();
      // A current value is not an increment, nor an observation.
      if (name === 'set') return lose();
      reports.warn(name, `${name}() does not exist: recorded as ${replacement}`);
      // The arguments are the same, and `'add' in instrument` may have led the application here.
      return (handle as Record<string, (...args: readonly unknown[]) => void>)[recordMethods[kind]]?.(...args);
    }
    case 'starts a timer':
      lose();
      return inertTimer();
    case 'times work':
      // The application needs the result of its work.
      lose();
      return callWork(args[0] as () => unknown);
    default:
      return lose();
  }
}

/** Removes the attributes from a call on a bound handle, which has them already. */
function replacementIn(form: Form, replacement: string): string {
  if (form === 'instrument') return replacement;
  const isOfInstrument = /^(?:bind|remove)\(/.test(replacement);
  return isOfInstrument ? `${replacement} of the instrument` : replacement.replace(/(?:, )?attributes\)/, ')');
}

/** Returns the result of a call such as `labels()`: what is recorded through it is lost and counted. */
function inertHandle(lose: () => void): object {
  const handle: Record<string, unknown> = {};
  for (const [name, [effect]] of Object.entries(otherCalls)) {
    handle[name] = (work: unknown) => {
      if (effect === 'binds') return handle;
      if (effect !== 'changes') lose();
      if (effect === 'times work') return callWork(work as () => unknown);
      return effect === 'starts a timer' ? inertTimer() : undefined;
    };
  }
  return handle;
}

function inertTimer(): CalledTimer {
  const duration = () => 0;
  return Object.assign(duration, { stop: duration, [Symbol.dispose]: () => {} });
}
