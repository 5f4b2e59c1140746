/** Results of calls that record nothing: their callers may use them without an error. */
import { type Effect, otherCalls } from '../catalogue/other-calls.js';
import { callWork, inertTimer } from '../model/timing.js';

/**
 * Returns the result of a call that is reported.
 *
 * @param lose counts a measurement through a handle that the call returns.
 * @param args arguments of a call that times work: the application needs the result of the work.
 */
export function answerLost(effect: Effect, lose: () => void, args: readonly unknown[]): unknown {
  switch (effect) {
    case 'binds':
      return inertHandle(lose);
    case 'starts a timer':
      return inertTimer();
    case 'times work':
      return callWork(args[0] as () => unknown, args[1]);
    default:
      return undefined;
  }
}

/** Returns the result of a call such as `labels()`: what is recorded through it is lost and counted. */
function inertHandle(lose: () => void): object {
  const handle: Record<string, unknown> = {};
  for (const [name, [effect]] of Object.entries(otherCalls)) {
    handle[name] = (...args: readonly unknown[]) => {
      if (effect === 'binds') return handle;
      if (effect !== 'changes') lose();
      return answerLost(effect, lose, args);
    };
  }
  return handle;
}
