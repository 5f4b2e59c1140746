/** What an instrument is besides its record path: its streams, its bound handles, and what is not as usual. */
import type { Attributes } from '@opentelemetry/api';
import type { Clock } from '../model/clock.js';
import type { InstrumentKind } from '../model/instrument.js';
import { admitValue } from './admission/values.js';
import type { Reject } from './rejections.js';
import type { Series } from './series.js';
import type { SeriesStore } from './store.js';
import type { Stream } from './stream.js';

/** An instrument as it was asked for, names compared without regard to case. */
export interface InstrumentDescription {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: InstrumentKind;
  readonly valueType: 0 | 1;
  readonly advisedBoundaries: readonly number[] | undefined;
}

/** The part of a recording instrument that says where its measurements go. */
interface Follower {
  store: SeriesStore | undefined;
  rest: readonly SeriesStore[] | undefined;
}

/** Accepts values that are already validated. */
export type Target = Pick<Series, 'record'>;

/** A handle with fixed attributes. */
export interface Bound {
  /** Its series, or all of them behind one target; `undefined` while no reader is connected. */
  target: Target | undefined;
  /** One series for each stream; views and readers can create several. */
  series: readonly Series[];
  readonly attributes: Attributes | undefined;
}

/** Bound handles are looked through for dead ones when there are twice as many as the last time. */
const fewestBound = 64;

/** Streams of an instrument, and everything that its record path leaves out. */
export class InstrumentCore {
  readonly description: InstrumentDescription;
  readonly clock: Clock;
  /** The smallest value that is taken. */
  smallest = Number.NEGATIVE_INFINITY;
  #streams: readonly Stream[] = [];
  #follower: Follower | undefined;
  #bound = new Set<WeakRef<Bound>>();
  #lookThroughAt = fewestBound;
  readonly #reject: Reject;

  constructor(description: InstrumentDescription, reject: Reject, clock: Clock) {
    this.description = description;
    this.clock = clock;
    this.#reject = reject;
  }

  get streams(): readonly Stream[] {
    return this.#streams;
  }

  /** From now on `follower` records to the streams of this instrument. */
  follow(follower: Follower): void {
    this.#follower = follower;
    this.#lead();
  }

  /** Sends measurements elsewhere from now on, those of bound handles too. */
  setStreams(streams: readonly Stream[], smallest: number): void {
    this.#streams = streams;
    this.smallest = smallest;
    this.#lead();
    for (const bound of this.#liveBound()) this.#bindTo(bound);
  }

  /** Gives a new bound handle its series, and keeps track of it for as long as somebody holds it. */
  bind<B extends Bound>(bound: B): B {
    this.#bindTo(bound);
    this.#bound.add(new WeakRef(bound));
    if (this.#bound.size > this.#lookThroughAt) this.#liveBound();
    return bound;
  }

  /** The series that bound handles record into. */
  boundSeries(): ReadonlySet<Series> {
    return new Set(this.#liveBound().flatMap(({ series }) => series));
  }

  /** Bound handles that recorded into a key of `successors` record into its value from now on. */
  rebind(successors: ReadonlyMap<Series, Series>): void {
    for (const bound of this.#liveBound()) {
      if (bound.series.some((series) => successors.has(series))) {
        point(
          bound,
          bound.series.map((series) => successors.get(series) ?? series),
        );
      }
    }
  }

  remove(attributes: Attributes = {}): void {
    for (const stream of this.#streams) {
      const series = existing(stream.store, attributes);
      if (series !== undefined) stream.end(new Set([series]), this.clock.nowUnixMs(), this);
    }
  }

  /** Records to several streams, such as the second one and those after it. */
  recordRest(stores: readonly SeriesStore[], value: number, attributes: Attributes | undefined): void {
    for (const store of stores) this.#find(store, attributes).record(value, attributes);
  }

  /** A value that is no number, not finite, or below what is taken: dropped and counted, but for a `bigint` that fits. */
  recordUnusual(
    store: SeriesStore,
    rest: readonly SeriesStore[] | undefined,
    given: unknown,
    attributes: Attributes | undefined,
  ): void {
    const value = this.#admit(given);
    if (value !== undefined) this.recordRest([store, ...(rest ?? [])], value, attributes);
  }

  recordUnusualBound(bound: Bound, given: unknown): void {
    const value = this.#admit(given);
    if (value === undefined) return;
    bound.target?.record(value, bound.attributes);
  }

  /** Where a measurement goes whose attributes throw when they are read: it counts without them. */
  unreadable(store: SeriesStore): Series {
    this.#reject('attributes_unreadable');
    return store.find(undefined);
  }

  #find(store: SeriesStore, attributes: Attributes | undefined): Series {
    try {
      return store.find(attributes);
    } catch {
      return this.unreadable(store);
    }
  }

  #admit(given: unknown): number | undefined {
    return admitValue(given, this.smallest, this.#reject);
  }

  #lead(): void {
    if (this.#follower === undefined) return;
    const [first, ...rest] = this.#streams;
    this.#follower.store = first?.store;
    this.#follower.rest = rest.length === 0 ? undefined : rest.map(({ store }) => store);
  }

  #bindTo(bound: Bound): void {
    point(
      bound,
      this.#streams.map(({ store }) => store.findToBind(bound.attributes)),
    );
  }

  #liveBound(): Bound[] {
    const live: Bound[] = [];
    for (const reference of this.#bound) {
      const bound = reference.deref();
      if (bound === undefined) this.#bound.delete(reference);
      else live.push(bound);
    }
    this.#lookThroughAt = Math.max(fewestBound, live.length * 2);
    return live;
  }
}

/** Lets a bound handle record to these series, without a test for whether there are several. */
function point(bound: Bound, series: readonly Series[]): void {
  bound.series = series;
  bound.target = series.length > 1 ? new SeveralSeries(series) : series[0];
}

/** Series of several streams that take the same values. */
class SeveralSeries implements Target {
  readonly #series: readonly Series[];

  constructor(series: readonly Series[]) {
    this.#series = series;
  }

  record(value: number, given?: Attributes): void {
    for (const series of this.#series) series.record(value, given);
  }
}

function existing(store: SeriesStore, attributes: Attributes): Series | undefined {
  try {
    return store.known(store.options.admission.admit(attributes, () => {}));
  } catch {
    return undefined;
  }
}
