/** Answers calls that an instrument does not have: each is logged once per metric with the call to write, and never throws. */
import { defineOtherCall, otherCalls, replacementOf } from '../catalogue/other-calls.js';
import { isObservable, recordMethods } from '../model/instrument.js';
import { detachedCall } from './detached-calls.js';
import { answerLost } from './lost-calls.js';
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
      return reports === undefined ? detachedCall(name, args) : answer(name, form, reports, this, args);
    });
  }
  return target;
}

/** Reports a call, and returns what its callers may use without an error. */
function answer(name: string, form: Form, reports: Reports, handle: unknown, args: readonly unknown[]): unknown {
  const replacement = replacementIn(form, replacementOf(name, reports.instrument));
  const lose = () => reports.rejectCall(name, replacement);
  const effect = otherCalls[name]?.[0] ?? 'changes';
  const { kind, shape } = reports.instrument;
  if (effect === 'binds' || effect === 'changes') {
    reports.warn(name, `${name}() does not exist: use ${replacement}`);
  } else if (effect !== 'records a value' || !isValue(args[0]) || isObservable(kind) || shape !== undefined) {
    lose();
  } else if (name === 'set') {
    // A current value is not an increment, nor an observation.
    lose();
  } else {
    reports.warn(name, `${name}() does not exist: recorded as ${replacement}`);
    // The arguments are the same, and `'add' in instrument` may have led the application here.
    return (handle as Record<string, (...args: readonly unknown[]) => void>)[recordMethods[kind]]?.(...args);
  }
  return answerLost(effect, lose, args);
}

/** Reports whether an argument is in the place of a value; attributes come first in other libraries. */
function isValue(argument: unknown): boolean {
  return typeof argument === 'number' || typeof argument === 'bigint';
}

/** Removes the attributes from a call on a bound handle, which has them already. */
function replacementIn(form: Form, replacement: string): string {
  if (form === 'instrument') return replacement;
  const isOfInstrument = /^(?:bind|remove)\(/.test(replacement);
  return isOfInstrument ? `${replacement} of the instrument` : replacement.replace(/(?:, )?attributes\)/, ')');
}
