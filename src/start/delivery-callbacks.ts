/** Callbacks of packs that follow the deliveries of the backends. */
import type { Delivery } from '../catalogue/pack.js';

/** Guarded callbacks, called in the order in which they were added. */
export class DeliveryCallbacks {
  readonly #callbacks: ((delivery: Delivery) => void)[] = [];

  add(callback: (delivery: Delivery) => void): void {
    this.#callbacks.push(callback);
  }

  run(delivery: Delivery): void {
    for (const callback of this.#callbacks) callback(delivery);
  }
}
