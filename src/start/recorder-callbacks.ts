/** Callbacks of recorders. They are removed when the `startMetrics` handle shuts down, although the engine continues. */
import type { Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';

type Callback = (observation: never) => void | Promise<void>;

/** An observable instrument with any attributes. */
interface ObservableInstrument {
  addCallback(callback: Callback): void;
  removeCallback(callback: Callback): void;
}

/** RecorderCallbacks tracks the callbacks that the recorders of one `startMetrics` call added. */
export class RecorderCallbacks {
  readonly #added = new Map<ObservableInstrument, Set<Callback>>();

  /** Returns the same handles, with observable instruments that track their callbacks. */
  track<D extends Definitions>(handles: InstrumentsOf<D>): InstrumentsOf<D> {
    const tracked = Object.entries(handles).map(([key, handle]: [string, object]) => [
      key,
      'addCallback' in handle ? this.#tracked(handle as ObservableInstrument) : handle,
    ]);
    return Object.freeze(Object.fromEntries(tracked)) as InstrumentsOf<D>;
  }

  /** Removes all added callbacks. */
  remove(): void {
    for (const [instrument, callbacks] of this.#added) {
      for (const callback of callbacks) instrument.removeCallback(callback);
    }
    this.#added.clear();
  }

  #tracked(instrument: ObservableInstrument): ObservableInstrument {
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
