/** A pack: the metrics of one domain and the recorder that turns its events into measurements. */
import type { Clock } from '../model/clock.js';
import type { Catalogue, Definitions } from './catalogue.js';
import type { InstrumentsOf } from './instruments.js';

/**
 * Guards verbs, so that recording never throws at the application. A verb is a function through which an application
 * records: a method of a recorder, or of a handle that a recorder returns.
 *
 * A guarded verb that throws counts one rejection with the reason `event_unreadable` and logs the first failure of each
 * verb. Two kinds of errors pass through to the caller: a `MetricsError`, which reports invalid options, and any error of
 * a verb that was called with a function, because that function is the application's own (`time(work)`), unless the pack
 * states that it calls no such function. Promises are returned unchanged.
 */
export interface VerbGuard {
  /**
   * Returns a function that calls `verb` without `this`, and returns the result of `fallback` when `verb` throws. A verb
   * that returns a handle needs a fallback that returns an inert handle.
   *
   * @param name of the verb in log messages, such as `Task.end`.
   */
  verb<A extends unknown[], R>(
    name: string,
    verb: (...args: A) => R,
    fallback?: (...args: NoInfer<A>) => NoInfer<R>,
  ): (...args: A) => R;

  /**
   * Returns an object with the properties of `handle`, whose functions are guarded; they return `undefined` when they
   * throw. `handle` itself is not changed. This takes about a microsecond: for a handle that is created per request,
   * guard its functions one by one with `verb`.
   *
   * @param name of the handle in log messages; the name of the function follows it.
   */
  handle<H extends object>(name: string, handle: H): H;
}

/** A delivery of a backend: a push, or a scrape. */
export interface Delivery {
  /** Name of the backend, such as `otlp`. */
  readonly backend: string;
  /** Duration in seconds, from the collection to the response. */
  readonly seconds: number;
  /** Kind of failure; `undefined` after a success. */
  readonly failure: string | undefined;
}

/** Everything that a pack receives when metrics start. */
export interface PackContext<D extends Definitions> {
  readonly instruments: InstrumentsOf<D>;
  readonly clock: Clock;
  /** Guards the handles that verbs return. The verbs of the recorder itself are guarded by `startMetrics`. */
  readonly guard: VerbGuard;
  /**
   * Registers a callback that is called once, when a shutdown begins: before the last collection, which includes what
   * the callback records. A returned promise is awaited for at most half of the shutdown timeout; an error is logged.
   */
  onShutdown(callback: () => void | Promise<void>): void;
  /** Registers a callback that is called after each delivery of each backend. What it records is part of the next one. */
  onDelivery(callback: (delivery: Delivery) => void): void;
  /**
   * Registers a callback that is called during a collection with each new reading of a source of a collector, such as
   * `runtime`, and with `undefined` when the source has none any more. What it records is part of that collection. Without
   * the collector it is never called.
   */
  onReading<T>(source: string, callback: (reading: T | undefined) => void): void;
  /** Gives a reading of a source to the packs that follow it; `undefined` if the source has none any more. */
  publish(source: string, reading: unknown): void;
}

/** Metrics and their recorder, for `startMetrics({ packs })`. `R` is the object through which the application records. */
export interface Pack<R extends object, D extends Definitions = Definitions> {
  /** Unique among packs, such as `inference`. */
  readonly name: string;
  readonly catalogue: Catalogue<D>;
  /**
   * False if no verb calls a function that the application passes: then an error of a verb is counted, even if it was
   * called with a function. True by default.
   */
  readonly callsBack?: boolean;
  /** Options that the pack was created with; if a later pack of the same metrics has others, a warning is logged. */
  readonly options?: object;
  /**
   * Creates the recorder. Called once per start. The application receives an object with the same properties, whose
   * functions are guarded as described at `VerbGuard`.
   */
  recorder(context: PackContext<D>): R;
}

/** A pack without verbs, for `startMetrics({ collectors })`: it reads what it measures at each collection. */
export type Collector = Pack<Readonly<Record<never, never>>>;
