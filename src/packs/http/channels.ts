/** Subscriptions to `node:diagnostics_channel`. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { VerbGuard } from '../../catalogue/pack.js';

/**
 * Subscribes a guarded listener to a channel: an exception in a listener would end the process. Returns a function that
 * unsubscribes it.
 */
export function listen(channel: string, listener: (message: never) => void, guard: VerbGuard): () => void {
  const guarded = guard.verb(channel, listener as (message: unknown) => void);
  subscribe(channel, guarded);
  return () => {
    unsubscribe(channel, guarded);
  };
}
