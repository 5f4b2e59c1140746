/** The typed handles that an application records through: one interface per instrument kind. */
import type { InstrumentKind } from '../model/instrument.js';
import type { Timer } from '../model/timing.js';
import type { AttributesArgument, AttributesOf, AttributeTypes } from './attributes.js';
import type { Definitions } from './catalogue.js';
import type { Info, StateSet } from './info-and-state-set.js';

/** Adds to a sum. A counter drops negative values and counts them; no call ever throws. */
export interface Counter<A extends AttributeTypes> {
  add(value: number, ...attributes: AttributesArgument<A>): void;
  /** The same counter with its attributes fixed: use it where they are known in advance. */
  bind(...attributes: AttributesArgument<A>): BoundCounter;
  /** Drops the series of these attributes; they begin anew when they are recorded to again. On our engine only. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** Records a value into a distribution. */
export interface Histogram<A extends AttributeTypes> {
  record(value: number, ...attributes: AttributesArgument<A>): void;
  /**
   * Calls `work` and records how long it took, in the histogram's unit of time (`s`, `ms`, `us`, `ns`, `min`, `h`;
   * seconds otherwise): until it returned or threw, or until its promise settled. Returns what `work` returns.
   */
  time<T>(work: () => T, ...attributes: AttributesArgument<A>): T;
  /** Takes a time from now until the timer is stopped, or disposed of by `using`. */
  startTimer(...attributes: AttributesArgument<A>): Timer;
  /** The same histogram with its attributes fixed. */
  bind(...attributes: AttributesArgument<A>): BoundHistogram;
  /** Drops the series of these attributes; they begin anew when they are recorded to again. On our engine only. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** Sets what is now. */
export interface Gauge<A extends AttributeTypes> {
  set(value: number, ...attributes: AttributesArgument<A>): void;
  /** The same gauge with its attributes fixed. */
  bind(...attributes: AttributesArgument<A>): BoundGauge;
  /** Drops the series of these attributes; they begin anew when they are recorded to again. On our engine only. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** A counter or up-down counter of fixed attributes. */
export interface BoundCounter {
  add(value: number): void;
}

/** A histogram of fixed attributes. */
export interface BoundHistogram {
  record(value: number): void;
  time<T>(work: () => T): T;
  startTimer(): Timer;
}

/** A gauge of fixed attributes. */
export interface BoundGauge {
  set(value: number): void;
}

/** What a callback reports through: one call per series. */
export interface Observation<A extends AttributeTypes> {
  observe(value: number, ...attributes: AttributesArgument<A>): void;
}

/** Called at each collection, once per reader. */
export type ObserveCallback<A extends AttributeTypes> = (observation: Observation<A>) => void | Promise<void>;

/** Read at collection. */
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

/** The handle of one metric definition. */
export type InstrumentOf<M extends { kind: InstrumentKind; attributes: AttributeTypes }> = M extends { shape: 'info' }
  ? Info<M['attributes']>
  : M extends { shape: 'stateSet'; states: readonly (infer S extends string)[] }
    ? StateSet<S, M['attributes']>
    : InstrumentByKind<M['attributes']>[M['kind']];

/** The handles of a catalogue's metrics, under its keys. */
export type InstrumentsOf<D extends Definitions> = { readonly [K in keyof D]: InstrumentOf<D[K]> };

/** The attribute object that recordings of a metric take: `AttributesFor<typeof shop.definitions.orders>`. */
export type AttributesFor<M extends { attributes: AttributeTypes }> = AttributesOf<M['attributes']>;
