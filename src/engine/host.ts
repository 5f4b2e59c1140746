/** Host: the time, timers and event loop that the engine uses, passed in so that it needs no Node module. */
import type { Attributes } from '@opentelemetry/api';
import { type Clock, systemClock } from '../model/clock.js';
import type { IResource, Resource } from '../model/otel-data.js';
import { isThenable } from '../model/thenable.js';

/** Timer that can be canceled. */
export interface Sleep {
  /** Resolves when the time is over; never after `cancel`. */
  readonly done: Promise<void>;
  cancel(): void;
}

/** Time and scheduling. */
export interface Host {
  readonly clock: Clock;
  /** Yields to the event loop. */
  pause(): Promise<void>;
  /** Starts a timer that does not keep the process alive. */
  sleep(milliseconds: number): Sleep;
}

/** Creates the host of a real process, on the clock of the machine by default. */
export function systemHost(clock: Clock = systemClock): Host {
  return {
    clock,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    sleep(milliseconds) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const done = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, milliseconds);
        timer.unref();
      });
      return { done, cancel: () => clearTimeout(timer) };
    },
  };
}

/** Resource without attributes. */
export const emptyResource: Resource = {
  attributes: {},
  merge: (other) => other ?? emptyResource,
  getRawAttributes: () => [],
};

/** Adds the method that resources of sdk-metrics 1 lack. Attributes that resolve later are kept. */
export function completeResource(resource: IResource): Resource {
  if ('getRawAttributes' in resource) return resource as Resource;
  return {
    get attributes() {
      return resource.attributes;
    },
    get asyncAttributesPending() {
      return resource.asyncAttributesPending === true;
    },
    waitForAsyncAttributes: async () => resource.waitForAsyncAttributes?.(),
    merge: (other) => completeResource(resource.merge(other)),
    getRawAttributes: () => Object.entries(resource.attributes),
  };
}

/** Returns a resource without the attributes that have not resolved yet, whose use would be logged as an error. */
export function settledResource(resource: Resource): Resource {
  if (resource.asyncAttributesPending !== true) return resource;
  const attributes: Attributes = {};
  for (const [key, value] of resource.getRawAttributes()) {
    // The first value of a key applies.
    if (value !== undefined && !isThenable(value)) attributes[key] ??= value;
  }
  return { ...emptyResource, attributes };
}
