/** Readings of collectors, on their way to the packs that follow them. */

/** Guarded callbacks by source, called in the order in which they were added. */
export class Readings {
  readonly #callbacks = new Map<string, ((reading: unknown) => void)[]>();

  add(source: string, callback: (reading: unknown) => void): void {
    const callbacks = this.#callbacks.get(source);
    if (callbacks === undefined) this.#callbacks.set(source, [callback]);
    else callbacks.push(callback);
  }

  publish(source: string, reading: unknown): void {
    for (const callback of this.#callbacks.get(source) ?? []) callback(reading);
  }
}
