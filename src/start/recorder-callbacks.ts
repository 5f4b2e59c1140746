/** The callbacks of recorders: they observe for as long as the start that made their recorder, not as the engine. */
import type { Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';

type Callback = (observation: never) => void | Promise<void>;

/** What takes callbacks, whatever its attributes. */
interface Observed {
  addCallback(callback: Callback): void;
  removeCallback(callback: Callback): void;
}

/** The callbacks of one start. */
export class RecorderCallbacks {
  readonly #added = new Map<Observed, Set<Callback>>();

  /** The same handles, but that what is added through them is known here. */
  through<D extends Definitions>(handles: InstrumentsOf<D>): InstrumentsOf<D> {
    const known = Object.entries(handles).map(([key, handle]: [string, object]) => [
      key,
      'addCallback' in handle ? this.#known(handle as Observed) : handle,
    ]);
    return Object.freeze(Object.fromEntries(known)) as InstrumentsOf<D>;
  }

  /** Takes back all that were added. */
  remove(): void {
    for (const [observed, callbacks] of this.#added) {
      for (const callback of callbacks) observed.removeCallback(callback);
    }
    this.#added.clear();
  }

  #known(observed: Observed): Observed {
    return {
      addCallback: (callback) => {
        const callbacks = this.#added.get(observed) ?? new Set();
        this.#added.set(observed, callbacks.add(callback));
        observed.addCallback(callback);
      },
      removeCallback: (callback) => {
        this.#added.get(observed)?.delete(callback);
        observed.removeCallback(callback);
      },
    };
  }
}
