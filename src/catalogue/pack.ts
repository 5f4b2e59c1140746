/** A pack: the metrics of one domain and the recorder that turns its events into measurements. */
import type { Clock } from '../model/clock.js';
import type { Catalogue, Definitions } from './catalogue.js';
import type { InstrumentsOf } from './instruments.js';

/** What a pack gets when metrics start. */
export interface PackContext<D extends Definitions> {
  readonly instruments: InstrumentsOf<D>;
  readonly clock: Clock;
  /**
   * Has `callback` called once, when a shutdown begins: before the last collection, which shows what it records. What it
   * returns is waited for, within half of the time that the shutdown has; what it throws is a diagnostic.
   */
  onShutdown(callback: () => void | Promise<void>): void;
}

/** Metrics and a way in, given to `startMetrics({ packs })`; `R` is what the application then records through. */
export interface Pack<R extends object, D extends Definitions = Definitions> {
  /** Unique among packs, such as `inference`. */
  readonly name: string;
  readonly catalogue: Catalogue<D>;
  /** Makes the recorder. Called once per start. */
  recorder(context: PackContext<D>): R;
}
