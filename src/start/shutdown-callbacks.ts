/** Callbacks that recorders register to run before the last collection. */
import { fit } from '../errors/fit.js';
import { messageOf } from '../errors.js';
import { late, withDeadline } from '../model/deadline.js';
import { diag } from '../model/diag.js';

type Callback = () => void | Promise<void>;

/** Shutdown callbacks of one start. A recorder records pending measurements in its callback and removes its listeners. */
export class ShutdownCallbacks {
  readonly #callbacks = new Set<Callback>();
  /** True if the callbacks have been called. */
  hasRun = false;

  add(callback: Callback): void {
    this.#callbacks.add(callback);
  }

  /** Removes a callback. Returns false if it has been called or removed before. */
  delete(callback: Callback): boolean {
    return this.#callbacks.delete(callback);
  }

  /**
   * Calls every callback once.
   *
   * Returns a promise that resolves when all callbacks have finished or after `timeoutMs`, and never rejects. Returns
   * `undefined` when no callback is asynchronous. The promise keeps the process alive.
   */
  run(timeoutMs: number): Promise<void> | undefined {
    this.hasRun = true;
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    const pending = callbacks.map(call).filter((result) => result !== undefined);
    return pending.length === 0 ? undefined : settle(pending, timeoutMs);
  }
}

function call(callback: Callback): Promise<void> | undefined {
  try {
    const result = callback();
    return result instanceof Promise ? result.catch(warn) : undefined;
  } catch (error) {
    warn(error);
    return undefined;
  }
}

function warn(error: unknown): void {
  diag.warn(fit`recorder: shutdown callback failed: ${messageOf(error)}; pending measurements may be lost`);
}

async function settle(pending: readonly Promise<void>[], timeoutMs: number): Promise<void> {
  const outcome = await withDeadline(Promise.all(pending), timeoutMs, { holdProcess: true });
  if (outcome !== late) return;
  diag.warn(`recorder: shutdown callbacks did not finish within ${timeoutMs} ms; pending measurements may be lost`);
}
