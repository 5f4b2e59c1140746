/** Channels of `node:diagnostics_channel`, listened to so that a mistake of ours stays ours. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * The same function, which does not throw: what a listener of a channel or of an event throws would end the process.
 *
 * @param failed called instead.
 */
export function guarded<M>(listener: (message: M) => void, failed: () => void): (message: M) => void {
  return (message) => {
    try {
      listener(message);
    } catch {
      failed();
    }
  };
}

/** Listens to a channel; returns what ends that. */
export function listen(channel: string, listener: (message: never) => void, failed: () => void): () => void {
  const listening = guarded(listener, failed) as (message: unknown) => void;
  subscribe(channel, listening);
  return () => {
    unsubscribe(channel, listening);
  };
}
