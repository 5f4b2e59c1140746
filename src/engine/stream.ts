/** One stream of points: its series, and how each reader is shown them. */
import { noExemplars } from '../model/point-views.js';
import type { Exemplar, MetricStream, PointVisitor } from '../model/points.js';
import type { ExemplarSampling } from './exemplars.js';
import type { ExponentialHistogramSeries } from './exponential-histogram.js';
import type { HistogramSeries } from './histogram.js';
import { markOf } from './mark.js';
import type { Memory } from './memory.js';
import type { ReaderState } from './reader-state.js';
import { acceptWindow, type DeltaWindow, type Series } from './series.js';
import { findSafely, SeriesStore, type StoreOptions } from './store.js';

/** Parameters of a stream. */
export interface StreamOptions extends StoreOptions {
  readonly descriptor: MetricStream;
  /** Identity of the aggregation: streams with equal identities can absorb each other's series. */
  readonly aggregation: string;
  readonly memory: Memory;
  /** Milliseconds without a recording after which a series expires. */
  readonly expireAfterMs: number | undefined;
  /** Undefined for observed instruments: no trace is active in their callbacks. */
  readonly exemplars: ExemplarSampling | undefined;
}

/** Windows of all delta readers on one series, by the index of the reader. */
type Windows = (DeltaWindow | undefined)[];

/** Registry of bound handles. */
export interface BoundHolders {
  boundSeries(): ReadonlySet<Series>;
  rebind(successors: ReadonlyMap<Series, Series>): void;
}

/** Last activity of a series. */
interface Idleness {
  activity: number;
  sinceMs: number;
}

/** Series of one metric under one name, for the readers that share the aggregation. */
export class Stream {
  readonly descriptor: MetricStream;
  readonly aggregation: string;
  readonly store: SeriesStore;
  /** Readers of this stream. */
  readonly readers = new Set<ReaderState>();
  /** Readers of this stream with delta temporality. */
  readonly #deltaReaders: ReaderState[] = [];
  readonly #options: StreamOptions;
  readonly #windows = new Map<Series, Windows>();
  readonly #idle = new Map<Series, Idleness>();
  #maintainedUnixMs = 0;
  /** Indexes of dropped series, and the lowest index that was never assigned. */
  readonly #freeIndexes: number[] = [];
  #nextIndex = 0;
  /** Source of exemplars; undefined while no measurement can become one. */
  #exemplars: ExemplarSampling | undefined;

  constructor(options: StreamOptions) {
    this.descriptor = options.descriptor;
    this.aggregation = options.aggregation;
    this.store = new SeriesStore(options);
    this.#options = options;
  }

  /** Sets the readers of this stream. */
  show(readers: readonly ReaderState[]): void {
    this.readers.clear();
    this.#deltaReaders.length = 0;
    for (const reader of readers) {
      this.readers.add(reader);
      if (reader.isDelta(this.descriptor.kind)) this.#deltaReaders.push(reader);
    }
    this.#windows.clear();
  }

  /**
   * Visits the metric, its overflow series and its retired series. Returns the series that are left to visit; the list
   * does not change if series are removed meanwhile.
   */
  beginVisit(visitor: PointVisitor, reader: ReaderState, nowUnixMs: number): readonly Series[] {
    const delta = this.#deltaReaders.includes(reader);
    const { list, shownOverflow, retired } = this.store;
    const { exemplars } = this.#options;
    this.#exemplars = exemplars?.possible ? exemplars : undefined;
    visitor.metric(this.descriptor, delta ? 'delta' : 'cumulative');
    if (shownOverflow !== undefined) {
      this.#visitOne(shownOverflow, visitor, reader, delta, nowUnixMs);
      if (reader.hasMarks) reader.addMark(this, markOf(shownOverflow));
    }
    if (!delta || retired.size === 0) return list;
    // One point per attribute set: the successor of a retired series is shown by the next collection.
    const shown = new Set<string>();
    for (const [series, endUnixMs] of retired) {
      if (this.#visitOne(series, visitor, reader, delta, endUnixMs))
        shown.add(this.store.identityOf(series.attributes));
    }
    return list.filter((series) => !shown.has(this.store.identityOf(series.attributes)));
  }

  /** Visits the series of `list` from index `from`, while `hasTime` allows. Returns the next index, or -1 at the end. */
  visit(
    list: readonly Series[],
    from: number,
    visitor: PointVisitor,
    reader: ReaderState,
    nowUnixMs: number,
    hasTime: () => boolean,
  ): number {
    const delta = this.#deltaReaders.includes(reader);
    const { hasMarks } = reader;
    let mark = 0;
    for (let index = from; index < list.length; index++) {
      const series = list[index] as Series;
      if (!isReleased(series)) {
        this.#visitOne(series, visitor, reader, delta, nowUnixMs);
        if (hasMarks) mark = (mark + markOf(series)) | 0;
      }
      if ((index & 63) === 63 && !hasTime()) {
        if (hasMarks) reader.addMark(this, mark);
        return index + 1;
      }
    }
    if (hasMarks) reader.addMark(this, mark);
    // Last, and in one slice with the end: a recording in between would move a series to the list, and show it twice.
    if (reader.startsAtZero && !delta) {
      for (const series of this.store.zeros) this.#visitOne(series, visitor, reader, delta, nowUnixMs);
    }
    return -1;
  }

  /** Reports whether there are recordings that no accepted walk of the reader has visited. */
  hasUndelivered(reader: ReaderState): boolean {
    const { list, shownOverflow, parked } = this.store;
    let mark = shownOverflow === undefined ? 0 : markOf(shownOverflow);
    for (const series of list) mark = (mark + markOf(series)) | 0;
    for (const series of parked.values()) mark = (mark + markOf(series)) | 0;
    return mark !== reader.deliveredMark(this);
  }

  /** Prepares a collection: activates parked series, expires idle series, and drops retired series that are delivered. */
  maintain(nowUnixMs: number, holders: BoundHolders): void {
    const { store } = this;
    store.resampleUndeclared();
    // A parked series that has recordings got them after the last collection.
    if (store.parked.size > 0 && !this.#options.observed) store.activate(this.#maintainedUnixMs);
    this.#maintainedUnixMs = nowUnixMs;
    for (const series of store.retired.keys()) if (this.#isDelivered(series)) this.#drop(series);
    const { expireAfterMs, observed } = this.#options;
    // An observed series ends when a callback no longer observes it.
    if (expireAfterMs === undefined || observed) return;
    const idle = new Set<Series>();
    for (const series of store.list) {
      const activity = series.activity();
      const known = this.#idle.get(series);
      if (known === undefined || known.activity !== activity) this.#idle.set(series, { activity, sinceMs: nowUnixMs });
      else if (nowUnixMs - known.sinceMs >= expireAfterMs) idle.add(series);
    }
    if (idle.size > 0) this.end(idle, nowUnixMs, holders);
  }

  /** Removes series. Values not yet delivered to delta readers are kept until then; bound handles get new series. */
  end(gone: ReadonlySet<Series>, nowUnixMs: number, holders: BoundHolders): void {
    const { store } = this;
    store.remove(gone);
    const bound = holders.boundSeries();
    const successors = new Map<Series, Series>();
    for (const series of gone) {
      if (bound.has(series)) {
        const parked = this.#options.createSeries(series.attributes);
        store.park(parked);
        successors.set(series, parked);
      }
      if (this.#isDelivered(series)) this.#drop(series);
      else store.retired.set(series, nowUnixMs);
    }
    if (successors.size > 0) holders.rebind(successors);
  }

  /** Removes series that were not observed. Sums of delta readers stay parked while there is room. */
  forget(gone: ReadonlySet<Series>): void {
    this.store.remove(gone);
    const remembered = this.descriptor.sum && this.#deltaReaders.length > 0;
    for (const series of gone) {
      if (remembered) this.store.park(series);
      else this.#drop(series);
    }
  }

  /** Drops a parked series to make room. */
  forgetOne(series: Series): void {
    this.#drop(series);
  }

  /** Adds the series of a stream of the same aggregation, within the attributes and limits of this stream. */
  absorb(other: Stream): void {
    const { list, shownOverflow: overflow, parked } = other.store;
    for (const series of [...list, ...parked.values()]) {
      if (series.activity() !== 0) findSafely(this.store, series.attributes).absorb(series);
    }
    if (overflow !== undefined) this.store.absorbOverflow(overflow);
  }

  /** Releases all memory. Nothing may record into this stream afterwards. */
  release(): void {
    const { list, overflow, parked, retired } = this.store;
    for (const series of [...list, ...parked.values(), ...retired.keys()]) this.#drop(series);
    if (overflow !== undefined) this.#drop(overflow);
  }

  /** Visits one series. Returns `false` if there was nothing to show. */
  #visitOne(series: Series, visitor: PointVisitor, reader: ReaderState, delta: boolean, nowUnixMs: number): boolean {
    if (series.index < 0) series.index = this.#freeIndexes.pop() ?? this.#nextIndex++;
    const endUnixMs = Math.max(nowUnixMs, series.startUnixMs);
    const windows = this.#windowsOf(series);
    // Minimum and maximum of an interval cannot be subtracted: each visit moves the live ones into all windows.
    if (windows !== undefined && 'foldMinMax' in series) {
      (series as HistogramSeries | ExponentialHistogramSeries).foldMinMax(windows);
    }
    if (!delta) {
      series.visitCumulative(visitor, endUnixMs, this.#exemplarsOf(series, series.startUnixMs));
      return true;
    }
    const window = windows?.[reader.index];
    if (window === undefined) return false;
    if (reader.hasAccepted(window.epoch)) acceptWindow(window);
    window.epoch = reader.epoch;
    const startUnixMs = Math.max(series.startUnixMs, Math.min(reader.acceptedUnixMs, endUnixMs));
    return series.visitDelta(visitor, window, startUnixMs, endUnixMs, this.#exemplarsOf(series, startUnixMs));
  }

  #exemplarsOf(series: Series, sinceUnixMs: number): readonly Exemplar[] {
    if (series.exemplars !== undefined) return series.exemplars.collect(sinceUnixMs);
    if (this.#exemplars !== undefined) series.exemplars = this.#exemplars.slotsFor(series);
    return noExemplars;
  }

  /** Returns a window per delta reader; undefined if there is no delta reader. */
  #windowsOf(series: Series): Windows | undefined {
    if (this.#deltaReaders.length === 0) return undefined;
    let windows = this.#windows.get(series);
    if (windows === undefined) {
      windows = [];
      for (const { index } of this.#deltaReaders) {
        const window = series.openWindow();
        window.resetOnDecrease = this.descriptor.monotonic;
        windows[index] = window;
      }
      this.#windows.set(series, windows);
    }
    return windows;
  }

  /** True if every delta reader accepted all values of a series. */
  #isDelivered(series: Series): boolean {
    for (const reader of this.#deltaReaders) {
      const window = this.#windows.get(series)?.[reader.index];
      if (window === undefined) return series.activity() === 0;
      if (!reader.hasAccepted(window.epoch) || !series.isUnchangedSince(window)) return false;
    }
    return true;
  }

  #drop(series: Series): void {
    this.store.retired.delete(series);
    this.#windows.delete(series);
    this.#idle.delete(series);
    series.release(this.#options.memory);
    if (series.index >= 0) this.#freeIndexes.push(series.index);
    // A late recording must not reach the cell, which another series may use by then.
    series.chunk = RELEASED_CHUNK;
  }
}

/** Chunk of dropped series: writes beyond its length have no effect. */
const RELEASED_CHUNK = new Float64Array(0);

function isReleased(series: Series): boolean {
  return series.chunk === RELEASED_CHUNK;
}
