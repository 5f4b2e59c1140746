/** Listeners of `node:diagnostics_channel` and of events that never throw into the process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Wraps a listener so that it does not throw: an exception in a listener of a channel or an event ends the process.
 *
 * @param onError called when `listener` throws.
 */
export function guarded<M>(listener: (message: M) => void, onError: () => void): (message: M) => void {
  return (message) => {
    try {
      listener(message);
    } catch {
      onError();
    }
  };
}

/** Subscribes a guarded listener to a channel. Returns a function that unsubscribes it. */
export function listen(channel: string, listener: (message: never) => void, onError: () => void): () => void {
  const guardedListener = guarded(listener, onError) as (message: unknown) => void;
  subscribe(channel, guardedListener);
  return () => {
    unsubscribe(channel, guardedListener);
  };
}
