/** What keeps the process alive: handles and timers that were made while somebody watched. */
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import { until } from './trial.js';

/** A resource that may keep the process alive, as Node has them. */
interface Holder {
  hasRef(): boolean;
}

/** Watches what is made from now on. */
export interface Watch {
  /** Rejects when something still keeps the process alive after a few seconds. */
  released(when: string): Promise<void>;
  end(): void;
}

/** Node tells of every handle and timer when it is made and when it is gone; those that were there before are not meant. */
export function watchHolders(): Watch {
  const made = new Map<number, { readonly type: string; readonly resource: Holder }>();
  const hook = createHook({
    init(id, type, _, resource: Partial<Holder>) {
      if (typeof resource.hasRef === 'function') made.set(id, { type, resource: resource as Holder });
    },
    destroy(id) {
      made.delete(id);
    },
  }).enable();
  // An immediate is over in a moment.
  const holding = () =>
    [...made.values()]
      .filter(({ type, resource }) => type !== 'Immediate' && resource.hasRef())
      .map(({ type }) => type);
  return {
    async released(when) {
      let last: string[] = [];
      const free = async () => {
        // The waiting is a timer itself, of which it is told some turns after it is gone.
        for (let turn = 0; turn < 3; turn++) await immediate();
        last = holding();
        return last.length === 0;
      };
      await until(free, 'nothing is held', 3_000).catch(() => {
        assert.deepEqual(last, [], `what keeps the process alive ${when}`);
      });
    },
    end: () => hook.disable(),
  };
}
