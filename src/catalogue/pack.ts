/** Packs: the metrics of one domain and the recorder that turns its events into measurements. */
import type { Clock } from '../model/clock.js';
import type { Catalogue, Definitions } from './catalogue.js';
import type { InstrumentsOf } from './instruments.js';

/** Argument of a pack's `recorder`. */
export interface PackContext<D extends Definitions> {
  readonly instruments: InstrumentsOf<D>;
  readonly clock: Clock;
  /**
   * Registers a callback for the shutdown. It is called once, before the last collection. Its promise is awaited for at
   * most half of the shutdown timeout; an error is logged.
   */
  onShutdown(callback: () => void | Promise<void>): void;
}

/** Metrics and a recorder, passed to `startMetrics({ packs })`. `R` is the type of the recorder. */
export interface Pack<R extends object, D extends Definitions = Definitions> {
  /** Name, unique among packs, such as `inference`. */
  readonly name: string;
  readonly catalogue: Catalogue<D>;
  /** Creates the recorder; called once per start. */
  recorder(context: PackContext<D>): R;
}
