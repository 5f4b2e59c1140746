/** What the engine needs of the world around it, and the world as it is. */
import type { Resource } from '@opentelemetry/resources';
import { type Clock, systemClock } from '../model/clock.js';

/** A pause that can be cut short. */
export interface Sleep {
  readonly over: Promise<void>;
  cancel(): void;
}

/** Time, and ways to let it pass. */
export interface Surroundings {
  readonly clock: Clock;
  /** Lets the event loop run. */
  pause(): Promise<void>;
  /** Waits, without keeping the process alive. */
  sleep(milliseconds: number): Sleep;
}

/** The world, seen through a clock; the machine's by default. */
export function surroundings(clock: Clock = systemClock): Surroundings {
  return {
    clock,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    sleep(milliseconds) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const over = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, milliseconds);
        timer.unref();
      });
      return { over, cancel: () => clearTimeout(timer) };
    },
  };
}

/** A resource that says nothing. */
export const emptyResource: Resource = {
  attributes: {},
  merge: (other) => other ?? emptyResource,
  getRawAttributes: () => [],
};
