/** Typed handles: the interfaces through which an application records, one per instrument kind. */
import type { InstrumentKind } from '../model/instrument.js';
import type { AttributesArgument, AttributesOf, AttributeTypes } from './attributes.js';
import type { Definitions } from './catalogue.js';
import type { Info, StateSet } from './info-and-state-set.js';

/** Handle of a counter or up-down counter. No method throws. */
export interface Counter<A extends AttributeTypes> {
  /** Adds to the sum. A counter drops and counts negative values. */
  add(value: number, ...attributes: AttributesArgument<A>): void;
  /** Returns the counter with fixed attributes. It records faster, because it skips the lookup of the series. */
  bind(...attributes: AttributesArgument<A>): BoundCounter;
  /** Removes the series of these attributes; a later recording creates a new one. No effect on a foreign provider. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** Handle of a histogram. No method throws. */
export interface Histogram<A extends AttributeTypes> {
  /** Records a value. */
  record(value: number, ...attributes: AttributesArgument<A>): void;
  /**
   * Calls `work`, records its duration and returns its result. The duration ends when `work` returns or throws, or when
   * its promise settles. It is in the unit of the histogram (`s`, `ms`, `us`, `ns`, `min`, `h`), else in seconds.
   */
  time<T, G extends Partial<AttributesOf<A>> = Record<never, never>>(
    work: () => T,
    ...options: TimeArgument<A, T, G>
  ): T;
  /**
   * Starts a timer; it records when it is stopped, or disposed by `using`.
   *
   * @param attributes those that are known at the start. `stop` takes all others.
   */
  startTimer<G extends Partial<AttributesOf<A>> = Record<never, never>>(attributes?: G & Undeclared<G, A>): Timer<A, G>;
  /** Returns the histogram with fixed attributes. */
  bind(...attributes: AttributesArgument<A>): BoundHistogram;
  /** Removes the series of these attributes; a later recording creates a new one. No effect on a foreign provider. */
  remove(...attributes: AttributesArgument<A>): void;
}

/**
 * Attributes of timed work. `ok` and `failed` are added to `attributes`, whose values they override; together they have
 * all required attributes.
 */
export type TimeOptions<A extends AttributeTypes, T = unknown, G = Partial<AttributesOf<A>>> = {
  /** Attributes that are known before the work. */
  readonly attributes?: G & Undeclared<G, A>;
} & Outcome<'ok', StopAttributes<A, G>, Awaited<T>> &
  Outcome<'failed', StopAttributes<A, G>, unknown>;

/** Attributes of one outcome, or a function that returns them. Required if they contain a required attribute. */
type Outcome<N extends 'ok' | 'failed', S, V> =
  Record<never, never> extends S
    ? { readonly [K in N]?: S | ((value: V) => S) }
    : { readonly [K in N]: S | ((value: V) => S) };

/** Forbids keys that are not declared. */
type Undeclared<G, A extends AttributeTypes> = { readonly [K in Exclude<keyof G, keyof AttributesOf<A>>]: never };

/** Last parameter of `time`: optional if no attribute is required. */
type TimeArgument<A extends AttributeTypes, T, G> =
  Record<never, never> extends AttributesOf<A> ? [options?: TimeOptions<A, T, G>] : [options: TimeOptions<A, T, G>];

/** Timer that is running. `G` are the attributes that it was started with. */
export interface Timer<A extends AttributeTypes = AttributeTypes, G = Record<never, never>> extends Disposable {
  /**
   * Records the time since the start and returns it, in the unit of the histogram. Later calls record nothing.
   *
   * @param attributes added to those of the start, which they override.
   */
  stop(...attributes: StopArgument<A, G>): number;
}

/** Attributes of `stop`: required are those that the start did not give. */
type StopAttributes<A extends AttributeTypes, G> = Omit<AttributesOf<A>, RequiredKeys<G>> & Partial<AttributesOf<A>>;

type RequiredKeys<G> = { [K in keyof G]-?: Record<never, never> extends Pick<G, K> ? never : K }[keyof G];

type StopArgument<A extends AttributeTypes, G> = keyof A extends never
  ? []
  : Record<never, never> extends StopAttributes<A, G>
    ? [attributes?: StopAttributes<A, G>]
    : [attributes: StopAttributes<A, G>];

/** Timer of a histogram with fixed attributes. */
export interface BoundTimer extends Disposable {
  /** Records the time since the start and returns it, in the unit of the histogram. Later calls record nothing. */
  stop(): number;
}

/** Handle of a gauge. No method throws. */
export interface Gauge<A extends AttributeTypes> {
  /** Sets the current value. */
  set(value: number, ...attributes: AttributesArgument<A>): void;
  /** Sets the current time since 1970-01-01 UTC, in the unit of the gauge (`s`, `ms`, `us`, `ns`, `min`, `h`), else in seconds. */
  setToCurrentTime(...attributes: AttributesArgument<A>): void;
  /** Returns the gauge with fixed attributes. */
  bind(...attributes: AttributesArgument<A>): BoundGauge;
  /** Removes the series of these attributes; a later recording creates a new one. No effect on a foreign provider. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** Counter or up-down counter with fixed attributes. */
export interface BoundCounter {
  add(value: number): void;
}

/** Histogram with fixed attributes. */
export interface BoundHistogram {
  record(value: number): void;
  time<T>(work: () => T): T;
  startTimer(): BoundTimer;
}

/** Gauge with fixed attributes. */
export interface BoundGauge {
  set(value: number): void;
  setToCurrentTime(): void;
}

/** Argument of an observable's callback. */
export interface Observation<A extends AttributeTypes> {
  /** Reports the current value of one series. */
  observe(value: number, ...attributes: AttributesArgument<A>): void;
}

/** Callback of an observable, called at every collection of every reader. */
export type ObserveCallback<A extends AttributeTypes> = (observation: Observation<A>) => void | Promise<void>;

/** Handle of an observable instrument, whose callbacks are called at collection. */
export interface Observable<A extends AttributeTypes> {
  addCallback(callback: ObserveCallback<A>): void;
  removeCallback(callback: ObserveCallback<A>): void;
}

interface InstrumentByKind<A extends AttributeTypes> {
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
  ? Info<M['attributes']>
  : M extends { shape: 'stateSet'; states: readonly (infer S extends string)[] }
    ? StateSet<S, M['attributes']>
    : InstrumentByKind<M['attributes']>[M['kind']];

/** Handles of a catalogue's metrics, by its keys. */
export type InstrumentsOf<D extends Definitions> = { readonly [K in keyof D]: InstrumentOf<D[K]> };

/** Attribute object of recordings to a metric: `AttributesFor<typeof shop.definitions.orders>`. */
export type AttributesFor<M extends { attributes: AttributeTypes }> = AttributesOf<M['attributes']>;
