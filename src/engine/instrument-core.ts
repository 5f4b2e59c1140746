/** The cold path of an instrument: its streams, its bound handles and invalid input. */
import type { Attributes } from '@opentelemetry/api';
import type { Clock } from '../model/clock.js';
import type { InstrumentKind } from '../model/instrument.js';
import { admitValue, rejectExtra, reportedAttributes, wholeValue } from './admission/values.js';
import type { Reject, Reports } from './rejections.js';
import { seriesToRemove } from './removal.js';
import type { Series } from './series.js';
import type { SeriesStore } from './store.js';
import type { Stream } from './stream.js';

/** Arguments that an instrument was created with. */
export interface InstrumentDescription {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: InstrumentKind;
  /** Shape of a gauge of a catalogue that is an info metric or a state set. */
  readonly shape?: 'info' | 'stateSet' | undefined;
  readonly valueType: 0 | 1;
  readonly advisedBoundaries: readonly number[] | undefined;
}

/** Recording instrument, whose target stores InstrumentCore updates when streams change. */
interface Attachable {
  firstStore: SeriesStore | undefined;
  rest: readonly SeriesStore[] | undefined;
}

/** Record method of an instrument or of a bound handle. */
interface Recorder {
  add(value: number, attributes?: Attributes): void;
  record(value: number, attributes?: Attributes): void;
}

/** Records values that are already validated. */
export type Target = Pick<Series, 'record'>;

/** Bound handle: an instrument with fixed attributes. */
export interface Bound {
  /** Its only series, or a target for all of them; `undefined` while no reader is connected. */
  boundTarget: Target | undefined;
  /** One series per stream; views and readers can create several streams. */
  series: readonly Series[];
  readonly attributes: Attributes | undefined;
}

/** Minimum number of bound handles before references to garbage-collected handles are removed. */
const minBoundToSweep = 64;

/** Maximum number of live handles that one collection passes in search of garbage-collected ones. */
const maxLivePerSweep = 10_000;

/** InstrumentCore holds the streams and bound handles of one instrument, and records values that need checks. */
export class InstrumentCore {
  readonly description: InstrumentDescription;
  readonly clock: Clock;
  /** Smallest accepted value. */
  smallest = Number.NEGATIVE_INFINITY;
  #streams: readonly Stream[] = [];
  #attached: Attachable | undefined;
  #bound = new Set<WeakRef<Bound>>();
  #sweepAbove = minBoundToSweep;
  /** Position of the sweep that continues at the next collection. */
  #sweep: Iterator<WeakRef<Bound>> | undefined;
  readonly reports: Reports;
  readonly reject: Reject;
  /** Store and target after a shutdown: they count what is recorded. `undefined` before it. */
  #ended: Ended | undefined;

  constructor(description: InstrumentDescription, reports: Reports, clock: Clock) {
    this.description = description;
    this.clock = clock;
    this.reports = reports;
    this.reject = reports.reject;
  }

  get streams(): readonly Stream[] {
    return this.#streams;
  }

  /** Attaches the instrument that records to the streams; its targets are updated when streams change. */
  attach(instrument: Attachable & Partial<Recorder>): void {
    this.#attached = instrument;
    this.#recordIntegers(instrument);
    this.#updateTargets();
  }

  /**
   * Replaces the streams that the instrument and its bound handles record to.
   *
   * @param ended true to count what is recorded without streams.
   */
  setStreams(streams: readonly Stream[], smallest: number, ended = false): void {
    this.#streams = streams;
    this.smallest = smallest;
    this.#ended = ended ? new Ended(this.reject) : undefined;
    this.#updateTargets();
    for (const bound of this.#liveBound()) this.#bindToStreams(bound);
  }

  /** Binds a new handle to its series, and tracks the handle until it is garbage collected. */
  bind<B extends Bound & Partial<Recorder>>(bound: B): B {
    this.#recordIntegers(bound);
    this.#bindToStreams(bound);
    this.#bound.add(new WeakRef(bound));
    if (this.#bound.size > this.#sweepAbove) this.#liveBound();
    return bound;
  }

  /** Removes references to garbage-collected handles: those of one synchronous run are collected only after it. */
  sweepBound(): void {
    if (this.#bound.size <= minBoundToSweep) return;
    this.#sweep ??= this.#bound.values();
    for (let live = 0; live < maxLivePerSweep; ) {
      const { done, value } = this.#sweep.next();
      if (done === true) {
        this.#sweep = undefined;
        this.#sweepAbove = Math.max(minBoundToSweep, this.#bound.size * 2);
        return;
      }
      if (value.deref() === undefined) this.#bound.delete(value);
      else live++;
    }
  }

  /** Returns the series that bound handles record into. */
  boundSeries(): ReadonlySet<Series> {
    return new Set(this.#liveBound().flatMap(({ series }) => series));
  }

  /** Redirects bound handles from each series that is a key of `successors` to its value. */
  rebind(successors: ReadonlyMap<Series, Series>): void {
    for (const bound of this.#liveBound()) {
      if (bound.series.some((series) => successors.has(series))) {
        setTargets(
          bound,
          bound.series.map((series) => successors.get(series) ?? series),
        );
      }
    }
  }

  /** Removes the series of these attributes from all streams. */
  remove(attributes?: Attributes): void {
    for (const stream of this.#streams) {
      const series = seriesToRemove(stream.store, attributes, this.reports);
      if (series !== undefined) stream.end(new Set([series]), this.clock.nowUnixMs(), this);
    }
  }

  /** Records a validated value to several stores. */
  recordRest(stores: readonly SeriesStore[], value: number, attributes: Attributes | undefined): void {
    for (const store of stores) this.#find(store, attributes).record(value, attributes);
  }

  /** Records a value that failed the fast check: converts a `bigint` up to 2^53, drops and counts any other value. */
  admitAndRecord(
    store: SeriesStore,
    rest: readonly SeriesStore[] | undefined,
    given: unknown,
    attributes: Attributes | undefined,
  ): void {
    const value = this.#admit(given);
    if (value !== undefined) this.recordRest([store, ...(rest ?? [])], value, attributes);
  }

  /** As `admitAndRecord`; also counts attributes of a call on a bound handle, which has its own. */
  admitAndRecordBound(bound: Bound, given: unknown, extra: unknown): void {
    const value = this.#admit(given);
    if (value === undefined) return;
    rejectExtra(extra, this.reject);
    bound.boundTarget?.record(value, bound.attributes);
  }

  /** Returns the series of a measurement whose attributes cannot be read: the series without attributes. */
  unreadable(store: SeriesStore): Series {
    this.countUnreadable();
    return store.find(reportedAttributes);
  }

  /** Counts attributes that cannot be read. */
  countUnreadable(): void {
    this.reject('attributes_unreadable');
  }

  #find(store: SeriesStore, attributes: Attributes | undefined): Series {
    try {
      return store.find(attributes);
    } catch {
      return this.unreadable(store);
    }
  }

  #admit(given: unknown): number | undefined {
    return admitValue(given, this.smallest, this.reject);
  }

  /** Truncates what an instrument of the value type INT records, on its own so that the others need no check. */
  #recordIntegers(recorder: Partial<Recorder>): void {
    const { valueType, kind } = this.description;
    if (valueType !== 0) return;
    const method = kind === 'counter' || kind === 'upDownCounter' ? 'add' : 'record';
    const record = recorder[method] as Recorder['record'];
    recorder[method] = (value, attributes) => {
      record.call(recorder, wholeValue(value, this.smallest, this.reject) as number, attributes);
    };
  }

  #updateTargets(): void {
    if (this.#attached === undefined) return;
    const [first, ...rest] = this.#streams;
    // Not a branch of the record path: after a shutdown, another object takes the place of the store.
    this.#attached.firstStore = first?.store ?? (this.#ended as unknown as SeriesStore | undefined);
    this.#attached.rest = rest.length === 0 ? undefined : rest.map(({ store }) => store);
  }

  #bindToStreams(bound: Bound): void {
    setTargets(
      bound,
      this.#streams.map(({ store }) => store.findToBind(bound.attributes)),
    );
    bound.boundTarget ??= this.#ended;
  }

  /** Returns the bound handles that still exist, and forgets all others. */
  #liveBound(): Bound[] {
    const live: Bound[] = [];
    for (const reference of this.#bound) {
      const bound = reference.deref();
      if (bound === undefined) this.#bound.delete(reference);
      else live.push(bound);
    }
    this.#sweepAbove = Math.max(minBoundToSweep, live.length * 2);
    return live;
  }
}

/** Sets the series of a bound handle. A single target keeps its record path free of a loop. */
function setTargets(bound: Bound, series: readonly Series[]): void {
  bound.series = series;
  bound.boundTarget = series.length > 1 ? new FanOut(series) : series[0];
}

/** Records each value into several series. */
class FanOut implements Target {
  private readonly series: readonly Series[];

  constructor(series: readonly Series[]) {
    this.series = series;
  }

  record(value: number, given?: Attributes): void {
    for (const series of this.series) series.record(value, given);
  }
}

/** Ended takes the place of a store and of its series after a shutdown. It counts the measurements. */
class Ended implements Target {
  readonly #reject: Reject;

  constructor(reject: Reject) {
    this.#reject = reject;
  }

  find(): this {
    return this;
  }

  record(): void {
    this.#reject('after_shutdown');
  }
}
