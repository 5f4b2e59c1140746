/** What recorders do before the last collection: record what waits with them, let go of what they listen to. */
import { diag } from '@opentelemetry/api';
import { messageOf } from '../errors.js';

type Callback = () => void | Promise<void>;

/** The callbacks of one start. */
export class Stopping {
  readonly #callbacks = new Set<Callback>();

  add(callback: Callback): void {
    this.#callbacks.add(callback);
  }

  /**
   * Calls every callback, once, and settles when they are done or `timeoutMs` have passed; never rejects. `undefined`
   * when there is nothing to wait for.
   */
  run(timeoutMs: number): Promise<void> | undefined {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    const waiting = callbacks.map(called).filter((done) => done !== undefined);
    return waiting.length === 0 ? undefined : settled(waiting, timeoutMs);
  }
}

function called(callback: Callback): Promise<void> | undefined {
  try {
    const done = callback();
    return done instanceof Promise ? done.catch(told) : undefined;
  } catch (error) {
    told(error);
    return undefined;
  }
}

function told(error: unknown): void {
  diag.warn(`A recorder did not stop as it should: ${messageOf(error)}`);
}

async function settled(waiting: readonly Promise<void>[], timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  const outcome = await Promise.race([Promise.all(waiting), deadline]);
  clearTimeout(timer);
  if (outcome === 'late') diag.warn(`A recorder did not stop within ${timeoutMs} ms; what waits with it may be lost.`);
}
