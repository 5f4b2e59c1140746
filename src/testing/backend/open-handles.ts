/** Finds handles and timers that keep the process alive. */
import { createHook } from 'node:async_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import { expectEqual } from './expect-equal.js';
import { until } from './trial.js';

/** A Node resource that may keep the process alive. */
interface Handle {
  hasRef(): boolean;
}

/** Tracks handles and timers created since its start. */
export interface HandleWatch {
  /** Rejects if a handle or timer still keeps the process alive after three seconds. */
  released(when: string): Promise<void>;
  end(): void;
}

/** Starts to track handles and timers through async hooks. Ignores those that already exist. */
export function watchHandles(): HandleWatch {
  const open = new Map<number, { readonly type: string; readonly resource: Handle }>();
  const hook = createHook({
    init(id, type, _, resource: Partial<Handle>) {
      if (typeof resource.hasRef === 'function') open.set(id, { type, resource: resource as Handle });
    },
    destroy(id) {
      open.delete(id);
    },
  }).enable();
  // An immediate runs in the next turn and holds nothing for long.
  const holding = () =>
    [...open.values()]
      .filter(({ type, resource }) => type !== 'Immediate' && resource.hasRef())
      .map(({ type }) => type);
  return {
    async released(when) {
      let last: string[] = [];
      const free = async () => {
        // The timer of the wait itself is reported as destroyed some turns after it fired.
        for (let turn = 0; turn < 3; turn++) await immediate();
        last = holding();
        return last.length === 0;
      };
      await until(free, 'no handle keeps the process alive', 3_000).catch(() => {
        expectEqual(last, [], `handles that keep the process alive ${when}`);
      });
    },
    end: () => hook.disable(),
  };
}
