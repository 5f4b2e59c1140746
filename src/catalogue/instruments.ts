/**
 * Typed handles: the interfaces through which an application records, one per instrument kind.
 *
 * In each interface at least one function is a property: TypeScript compares parameters of methods in both directions,
 * and would accept a handle where a signature names other attributes.
 */
import type { InstrumentKind } from '../model/instrument.js';
import type {
  AttributesArgument,
  AttributesOf,
  AttributeTypes,
  AttributeValues,
  Flat,
  NoAttributes,
} from './attributes.js';
import type { Definitions } from './catalogue.js';
import type { Info, StateSet } from './info-and-state-set.js';

/**
 * Handle of a counter or up-down counter with the attributes `A`. No method throws.
 *
 * @example
 * const pay = (orders: Counter<{ outcome: 'paid' | 'declined' }>) => orders.add(1, { outcome: 'paid' });
 * pay(metrics.shop.orders);
 */
export interface Counter<A extends AttributeValues<A>> {
  /**
   * Adds `value` to the sum, in the unit of the metric. A counter accepts finite numbers from 0 on, an up-down counter
   * any finite number. Other values are dropped and counted.
   *
   * @example
   * metrics.shop.orders.add(1, { outcome: 'paid' });
   */
  add(value: number, ...attributes: AttributesArgument<A>): void;
  /**
   * Returns the counter with fixed attributes. It records faster, because it skips the lookup of the series.
   *
   * @example
   * const paid = metrics.shop.orders.bind({ outcome: 'paid' });
   * paid.add(1);
   */
  bind(...attributes: AttributesArgument<A>): BoundCounter;
  /**
   * Removes the series of these attributes; a later recording creates a new one. With the
   * `MeterProvider` of another SDK, nothing is removed.
   *
   * @example
   * metrics.shop.orders.remove({ outcome: 'paid' });
   */
  readonly remove: (...attributes: AttributesArgument<A>) => void;
}

/**
 * Handle of a histogram with the attributes `A`. No method throws.
 */
export interface Histogram<A extends AttributeValues<A>> {
  /**
   * Records `value`, in the unit of the metric. Values that are not finite are dropped and counted. So are negative
   * values, unless the first bucket bound is negative.
   *
   * @example
   * metrics.shop.checkout.record(0.25, { outcome: 'paid' });
   */
  record(value: number, ...attributes: AttributesArgument<A>): void;
  /**
   * Calls `work`, records its duration and returns its result. The duration ends when `work` returns or throws, or when
   * its promise settles. The unit is that of the histogram (`s`, `ms`, `us`, `ns`, `min`, `h`), else seconds.
   *
   * @example
   * await metrics.shop.checkout.time(() => fetch('https://bank.example'), {
   *   ok: { outcome: 'paid' }, failed: { outcome: 'declined' },
   * });
   */
  time<T, G extends Known<G, A> = Flat<NoAttributes>>(work: () => T, ...options: TimeArgument<A, T, G>): T;
  /**
   * Starts a timer, which records its duration when it is stopped, or disposed by `using`. The unit is that of the
   * histogram (`s`, `ms`, `us`, `ns`, `min`, `h`), else seconds.
   *
   * @param attributes known at the start. `stop` takes all others.
   *
   * @example
   * const timer = metrics.shop.checkout.startTimer();
   * timer.stop({ outcome: 'paid' });
   */
  startTimer<G extends Known<G, A> = Flat<NoAttributes>>(attributes?: G): Timer<A, G>;
  /**
   * Returns the histogram with fixed attributes. It records faster, because it skips the lookup of the series.
   *
   * @example
   * const paid = metrics.shop.checkout.bind({ outcome: 'paid' });
   * paid.record(0.25);
   */
  bind(...attributes: AttributesArgument<A>): BoundHistogram;
  /**
   * Removes the series of these attributes; a later recording creates a new one. With the
   * `MeterProvider` of another SDK, nothing is removed.
   *
   * @example
   * metrics.shop.checkout.remove({ outcome: 'paid' });
   */
  readonly remove: (...attributes: AttributesArgument<A>) => void;
}

/**
 * Attributes of timed work. `ok` and `failed` are added to `attributes`, whose values they override; together they have
 * all required attributes.
 */
export type TimeOptions<A extends AttributeValues<A>, T = unknown, G = Partial<A>> = {
  /** Attributes that are known before the work. */
  readonly attributes?: G;
} & (Record<never, never> extends StopAttributes<A, G>
  ? Partial<Outcomes<StopAttributes<A, G>, T>>
  : Outcomes<StopAttributes<A, G>, T>);

interface Outcomes<S, T> {
  /** Attributes to add when `work` returns or its promise resolves, or a function that returns them for the result. */
  readonly ok: S | ((value: Awaited<T>) => S);
  /** Attributes to add when `work` throws or its promise rejects, or a function that returns them for the error. */
  readonly failed: S | ((error: unknown) => S);
}

/** Some of the attributes of `A`. */
type Known<G, A> = Partial<A> & { readonly [K in Exclude<keyof G, keyof A>]: UndeclaredAttribute<K> };

/** Type that no attribute value has, for a key that is not declared. Compilers print it in errors, with the key. */
interface UndeclaredAttribute<K> {
  readonly undeclared: K;
}

/** Last parameter of `time`: optional if no attribute is required. */
type TimeArgument<A extends AttributeValues<A>, T, G> =
  Record<never, never> extends A ? [options?: TimeOptions<A, T, G>] : [options: TimeOptions<A, T, G>];

/** Timer that is running. `G` are the attributes that it was started with. */
export interface Timer<A extends AttributeValues<A>, G = NoAttributes> extends Disposable {
  /**
   * Records the time since the start and returns it, in the unit of the histogram. Later calls record nothing.
   *
   * @param attributes added to those of the start, which they override.
   *
   * @example
   * const seconds = metrics.shop.checkout.startTimer().stop({ outcome: 'paid' });
   */
  readonly stop: (...attributes: StopArgument<A, G>) => number;
}

/** Attributes of `stop`: required are those that the start did not give. */
type StopAttributes<A extends AttributeValues<A>, G> = Flat<Omit<A, RequiredKeys<G>> & Partial<A>>;

type RequiredKeys<G> = { [K in keyof G]-?: Record<never, never> extends Pick<G, K> ? never : K }[keyof G];

type StopArgument<A extends AttributeValues<A>, G> = keyof A extends never
  ? []
  : Record<never, never> extends StopAttributes<A, G>
    ? [attributes?: StopAttributes<A, G>]
    : [attributes: StopAttributes<A, G>];

/** Timer of a histogram with fixed attributes. */
export interface BoundTimer extends Disposable {
  /** Records the time since the start and returns it, in the unit of the histogram. Later calls record nothing. */
  stop(): number;
}

/**
 * Handle of a gauge with the attributes `A`. No method throws.
 */
export interface Gauge<A extends AttributeValues<A>> {
  /**
   * Sets the current value, in the unit of the metric. Values that are not finite are dropped and counted.
   *
   * @example
   * metrics.shop.stock.set(12, { shelf: 3 });
   */
  set(value: number, ...attributes: AttributesArgument<A>): void;
  /**
   * Sets the time since 1970-01-01 UTC, in the unit of the gauge (`s`, `ms`, `us`, `ns`, `min`, `h`), else in seconds.
   *
   * @example
   * metrics.shop.lastOrder.setToCurrentTime();
   */
  setToCurrentTime(...attributes: AttributesArgument<A>): void;
  /**
   * Returns the gauge with fixed attributes. It records faster, because it skips the lookup of the series.
   *
   * @example
   * const shelf = metrics.shop.stock.bind({ shelf: 3 });
   * shelf.set(12);
   */
  bind(...attributes: AttributesArgument<A>): BoundGauge;
  /**
   * Removes the series of these attributes; a later recording creates a new one. With the
   * `MeterProvider` of another SDK, nothing is removed.
   *
   * @example
   * metrics.shop.stock.remove({ shelf: 3 });
   */
  readonly remove: (...attributes: AttributesArgument<A>) => void;
}

/** Counter or up-down counter with fixed attributes. */
export interface BoundCounter {
  /**
   * Adds `value` to the sum, as `Counter.add` does.
   *
   * @example
   * metrics.shop.orders.bind({ outcome: 'paid' }).add(1);
   */
  add(value: number): void;
}

/** Histogram with fixed attributes. */
export interface BoundHistogram {
  /**
   * Records `value`, as `Histogram.record` does.
   *
   * @example
   * metrics.shop.checkout.bind({ outcome: 'paid' }).record(0.25);
   */
  record(value: number): void;
  /**
   * Calls `work`, records its duration and returns its result, as `Histogram.time` does.
   *
   * @example
   * const report = metrics.shop.search.bind().time(() => 'found');
   */
  time<T>(work: () => T): T;
  /**
   * Starts a timer, which records its duration when it is stopped, or disposed by `using`.
   *
   * @example
   * metrics.shop.search.bind().startTimer().stop();
   */
  startTimer(): BoundTimer;
}

/** Gauge with fixed attributes. */
export interface BoundGauge {
  /**
   * Sets the current value, as `Gauge.set` does.
   *
   * @example
   * metrics.shop.stock.bind({ shelf: 3 }).set(12);
   */
  set(value: number): void;
  /**
   * Sets the time since 1970-01-01 UTC, as `Gauge.setToCurrentTime` does.
   *
   * @example
   * metrics.shop.lastOrder.bind().setToCurrentTime();
   */
  setToCurrentTime(): void;
}

/** Argument of an observable's callback. */
export interface Observation<A extends AttributeValues<A>> {
  /**
   * Reports the current value of one series, in the unit of the metric. Values that are not finite are dropped and
   * counted.
   *
   * @example
   * metrics.shop.load.addCallback((load) => load.observe(0.5, { core: 0 }));
   */
  readonly observe: (value: number, ...attributes: AttributesArgument<A>) => void;
}

/** Callback of an observable, called at every collection of every reader. */
export type ObserveCallback<A extends AttributeValues<A>> = (observation: Observation<A>) => void | Promise<void>;

/** Handle of an observable instrument, whose callbacks are called at collection. */
export interface Observable<A extends AttributeValues<A>> {
  /**
   * Adds a callback, which reports the current values at every collection. A series that it does not report disappears.
   *
   * @example
   * metrics.shop.load.addCallback((load) => load.observe(0.5, { core: 0 }));
   */
  addCallback(callback: ObserveCallback<A>): void;
  /**
   * Removes a callback that was added.
   *
   * @example
   * const report = () => {};
   * metrics.shop.load.removeCallback(report);
   */
  readonly removeCallback: (callback: ObserveCallback<A>) => void;
}

interface InstrumentByKind<A extends AttributeValues<A>> {
  readonly counter: Counter<A>;
  readonly upDownCounter: Counter<A>;
  readonly gauge: Gauge<A>;
  readonly histogram: Histogram<A>;
  readonly observableCounter: Observable<A>;
  readonly observableUpDownCounter: Observable<A>;
  readonly observableGauge: Observable<A>;
}

/** Handle of one metric definition. */
export type InstrumentOf<M extends { kind: InstrumentKind; attributes: AttributeTypes }> = M extends { shape: 'info' }
  ? Info<AttributesOf<M['attributes']>>
  : M extends { shape: 'stateSet'; states: readonly (infer S extends string)[] }
    ? StateSet<S, AttributesOf<M['attributes']>>
    : InstrumentByKind<AttributesOf<M['attributes']>>[M['kind']];

/** Handles of a catalogue's metrics, by its keys. */
export type InstrumentsOf<D extends Definitions> = D extends infer E extends Definitions
  ? { readonly [K in keyof E]: InstrumentOf<E[K]> }
  : never;

/** Attribute object of recordings to a metric: `AttributesFor<typeof shop.definitions.orders>`. */
export type AttributesFor<M extends { attributes: AttributeTypes }> = AttributesOf<M['attributes']>;
