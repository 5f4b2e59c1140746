/** Contract between the source of live messages and their transport. */
import type { MetricsUpdate, Subscription } from './messages.js';

/** Source of the messages of live metrics. Nothing runs without a client. */
export interface LiveFeed {
  /**
   * Returns why names of a subscription are wrong, without any part of it; `undefined` if its packs are known. A metric may
   * appear later, so its name needs the syntax of a name only: updates repeat it.
   */
  defectOf(subscription: Subscription): string | undefined;
  /**
   * Starts to watch. `send` gets each message as the bytes of its JSON text; clients with equal subscriptions get the same
   * buffer object, which must not be changed. `isState` is false for an update that a later update makes superfluous: a slow
   * client may skip it. Never calls `send` before it returns.
   */
  watch(subscription: Subscription | undefined, send: (frame: Buffer, isState: boolean) => void): LiveWatch;
  /** Returns the values now. Waits for two collections a second apart without a client. */
  snapshot(subscription: Subscription | undefined): Promise<MetricsUpdate>;
  /** Ends all watches; called at shutdown. */
  close(): void;
}

/** One client of the feed. */
export interface LiveWatch {
  /** Replaces the subscription; `page.history` or an update follows. */
  subscribe(subscription: Subscription): void;
  end(): void;
}
