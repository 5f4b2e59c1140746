/**
 * Methods that are called without their instrument, as in `const { add } = orders; add(1)`. Each method is logged once,
 * because such a call does not show its instrument; every provider counts it.
 */
import { otherCalls } from '../catalogue/other-calls.js';
import { diag } from '../model/diag.js';
import { answerLost } from './lost-calls.js';
import type { RejectionLog } from './rejections.js';

const logs = new Set<WeakRef<RejectionLog>>();
const warned = new Set<string>();

/** Counts calls without an instrument in the log of a provider, as long as the provider exists. */
export function countDetachedCalls(log: RejectionLog): void {
  for (const reference of logs) if (reference.deref() === undefined) logs.delete(reference);
  logs.add(new WeakRef(log));
}

/** Base of instruments and bound handles. */
export class Handle {
  /** Tells `this` of their methods from other objects. On the prototype, because reading it there costs nothing. */
  get isEngineHandle(): boolean {
    return true;
  }
}

/** Reports whether `this` of a method is an instrument or a bound handle. */
export function isHandle<T extends Handle>(receiver: T | undefined): receiver is T {
  return receiver?.isEngineHandle === true;
}

/**
 * Reports a call without an instrument, and returns what its callers may use without an error.
 *
 * @param args arguments of `time`, whose work is called.
 */
export function detachedCall(method: string, args: readonly unknown[] = []): never {
  const effect = otherCalls[method]?.[0] ?? 'changes';
  const isLost = effect !== 'changes' && effect !== 'binds';
  const lose = () => {
    for (const log of logs) {
      const counts = log.deref()?.counts;
      if (counts !== undefined) counts.call_unknown++;
    }
  };
  if (!warned.has(method)) {
    warned.add(method);
    diag.warn(
      `metrics: ${method}() was called without its instrument, as after const { ${method} } = orders: ` +
        `call orders.${method}(...)${isLost ? '; counted as call_unknown' : ''}; logged once`,
    );
  }
  if (isLost) lose();
  return answerLost(effect, lose, args) as never;
}

/**
 * Reports a recording that reaches no series, unless `this` is an instrument, which then has no reader.
 *
 * A call of its own, because V8 limits the size of what it inlines into the caller of a recording.
 */
export function lostWithoutHandle(receiver: Handle | undefined, method: string): void {
  if (!isHandle(receiver)) detachedCall(method);
}
