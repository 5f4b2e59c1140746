/** Callbacks that recorders add to observable instruments. They end with their start; the engine may live longer. */
import type { Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';

type Callback = (observation: never) => void | Promise<void>;

/** An observable instrument, with any attributes. */
interface Observable {
  addCallback(callback: Callback): void;
  removeCallback(callback: Callback): void;
}

/** Callbacks of one start. */
export class RecorderCallbacks {
  readonly #added = new Map<Observable, Set<Callback>>();

  /** Returns the handles; callbacks added through the returned handles are tracked. */
  track<D extends Definitions>(handles: InstrumentsOf<D>): InstrumentsOf<D> {
    const tracked = Object.entries(handles).map(([key, handle]: [string, object]) => [
      key,
      'addCallback' in handle ? this.#tracked(handle as Observable) : handle,
    ]);
    return Object.freeze(Object.fromEntries(tracked)) as InstrumentsOf<D>;
  }

  /** Removes all tracked callbacks from their instruments. */
  remove(): void {
    for (const [instrument, callbacks] of this.#added) {
      for (const callback of callbacks) instrument.removeCallback(callback);
    }
    this.#added.clear();
  }

  #tracked(instrument: Observable): Observable {
    return {
      addCallback: (callback) => {
        const callbacks = this.#added.get(instrument) ?? new Set();
        this.#added.set(instrument, callbacks.add(callback));
        instrument.addCallback(callback);
      },
      removeCallback: (callback) => {
        this.#added.get(instrument)?.delete(callback);
        instrument.removeCallback(callback);
      },
    };
  }
}
