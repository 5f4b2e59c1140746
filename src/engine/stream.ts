/** One stream of points: its series, and how each reader is shown them. */
import { noExemplars } from '../model/point-views.js';
import type { Exemplar, MetricStream, PointVisitor } from '../model/points.js';
import type { ExemplarSampling } from './exemplars.js';
import type { ExponentialHistogramSeries } from './exponential-histogram.js';
import type { HistogramSeries } from './histogram.js';
import type { Memory } from './memory.js';
import type { ReaderState } from './reader-state.js';
import { acceptWindow, type DeltaWindow, type Series } from './series.js';
import { findSafely, SeriesStore, type StoreOptions } from './store.js';

/** What a stream is made of. */
export interface StreamOptions extends StoreOptions {
  readonly descriptor: MetricStream;
  /** The same for streams whose series hold the same kind of thing. */
  readonly aggregation: string;
  readonly memory: Memory;
  /** Milliseconds after which a series that was not recorded to is dropped. */
  readonly expireAfterMs: number | undefined;
  /** Absent where measurements are observed, which no trace is active for. */
  readonly exemplars: ExemplarSampling | undefined;
}

/** The windows of all delta readers over one series, by the readers' index. */
type Windows = (DeltaWindow | undefined)[];

/** Who knows which series bound handles record into. */
export interface BoundHolders {
  boundSeries(): ReadonlySet<Series>;
  rebind(successors: ReadonlyMap<Series, Series>): void;
}

/** When a series last showed activity. */
interface Idleness {
  activity: number;
  sinceMs: number;
}

/** The series of a metric under one name, for the readers that take them so. */
export class Stream {
  readonly descriptor: MetricStream;
  readonly aggregation: string;
  readonly store: SeriesStore;
  /** Readers that are shown this stream. */
  readonly readers = new Set<ReaderState>();
  /** Those of them that count from their last collection. */
  readonly #deltaReaders: ReaderState[] = [];
  readonly #options: StreamOptions;
  readonly #windows = new Map<Series, Windows>();
  readonly #idle = new Map<Series, Idleness>();
  #maintainedUnixMs = 0;
  /** Indexes of dropped series, and the lowest that no series had yet. */
  readonly #freeIndexes: number[] = [];
  #nextIndex = 0;
  /** Where series get exemplars from; `undefined` while nothing could fill them. */
  #exemplars: ExemplarSampling | undefined;

  constructor(options: StreamOptions) {
    this.descriptor = options.descriptor;
    this.aggregation = options.aggregation;
    this.store = new SeriesStore(options);
    this.#options = options;
  }

  /** Is shown to these readers from now on. */
  show(readers: readonly ReaderState[]): void {
    this.readers.clear();
    this.#deltaReaders.length = 0;
    for (const reader of readers) {
      this.readers.add(reader);
      if (reader.isDelta(this.descriptor.kind)) this.#deltaReaders.push(reader);
    }
    this.#windows.clear();
  }

  /** What there is to show to a reader: the series that a walk begins with, and goes on with whatever is removed. */
  beginVisit(visitor: PointVisitor, reader: ReaderState, nowUnixMs: number): readonly Series[] {
    const delta = this.#deltaReaders.includes(reader);
    const { list, shownOverflow, ending } = this.store;
    const { exemplars } = this.#options;
    this.#exemplars = exemplars?.possible ? exemplars : undefined;
    visitor.metric(this.descriptor, delta ? 'delta' : 'cumulative');
    if (shownOverflow !== undefined) this.#visitOne(shownOverflow, visitor, reader, delta, nowUnixMs);
    if (!delta || ending.size === 0) return list;
    // One point for one attribute set: what began anew meanwhile is shown the next time.
    const shown = new Set<string>();
    for (const [series, endUnixMs] of ending) {
      if (this.#visitOne(series, visitor, reader, delta, endUnixMs))
        shown.add(this.store.identityOf(series.attributes));
    }
    return list.filter((series) => !shown.has(this.store.identityOf(series.attributes)));
  }

  /** Shows series `from` on, until `mayGoOn` says no; returns where to go on, or -1 at the end. */
  visit(
    list: readonly Series[],
    from: number,
    visitor: PointVisitor,
    reader: ReaderState,
    nowUnixMs: number,
    mayGoOn: () => boolean,
  ): number {
    const delta = this.#deltaReaders.includes(reader);
    for (let index = from; index < list.length; index++) {
      if (!isReleased(list[index])) this.#visitOne(list[index], visitor, reader, delta, nowUnixMs);
      if ((index & 63) === 63 && !mayGoOn()) return index + 1;
    }
    return -1;
  }

  /** What is due before a collection: series wake, expire, and end. */
  maintain(nowUnixMs: number, holders: BoundHolders): void {
    const { store } = this;
    store.lookAgain();
    // What woke was recorded into after the last collection.
    if (store.sleeping.size > 0 && !this.#options.observed) store.wake(this.#maintainedUnixMs);
    this.#maintainedUnixMs = nowUnixMs;
    for (const series of store.ending.keys()) if (this.#isDelivered(series)) this.#drop(series);
    const { expireAfterMs, observed } = this.#options;
    // What is observed disappears when it no longer is, and not before.
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

  /** Takes series out. What delta readers have not had of them is delivered; bound handles go on with new ones. */
  end(gone: ReadonlySet<Series>, nowUnixMs: number, holders: BoundHolders): void {
    const { store } = this;
    store.remove(gone);
    const bound = holders.boundSeries();
    const successors = new Map<Series, Series>();
    for (const series of gone) {
      if (bound.has(series)) {
        const asleep = this.#options.createSeries(series.attributes);
        store.sleep(asleep);
        successors.set(series, asleep);
      }
      if (this.#isDelivered(series)) this.#drop(series);
      else store.ending.set(series, nowUnixMs);
    }
    if (successors.size > 0) holders.rebind(successors);
  }

  /** Takes series out that were not observed; delta readers still know what they had of them, while there is room. */
  forget(gone: ReadonlySet<Series>): void {
    this.store.remove(gone);
    const remembered = this.descriptor.sum && this.#deltaReaders.length > 0;
    for (const series of gone) {
      if (remembered) this.store.sleep(series);
      else this.#drop(series);
    }
  }

  /** Makes room by forgetting a series that was not observed again. */
  forgetOne(series: Series): void {
    this.#drop(series);
  }

  /** Takes over what another stream of the same aggregation holds, as far as attributes and limits let it. */
  absorb(other: Stream): void {
    const { list, overflow, sleeping } = other.store;
    for (const series of [...list, ...sleeping.values(), ...(overflow === undefined ? [] : [overflow])]) {
      if (series.activity() !== 0) findSafely(this.store, series.attributes).absorb(series);
    }
  }

  /** Gives all memory back; nobody records into this stream any more. */
  release(): void {
    const { list, overflow, sleeping, ending } = this.store;
    for (const series of [...list, ...sleeping.values(), ...ending.keys()]) this.#drop(series);
    if (overflow !== undefined) this.#drop(overflow);
  }

  /** Shows one series; `false` when there was nothing to show. */
  #visitOne(series: Series, visitor: PointVisitor, reader: ReaderState, delta: boolean, nowUnixMs: number): boolean {
    if (series.index < 0) series.index = this.#freeIndexes.pop() ?? this.#nextIndex++;
    const endUnixMs = Math.max(nowUnixMs, series.startUnixMs);
    const windows = this.#windowsOf(series);
    // Minimum and maximum of an interval cannot be had by subtraction: the live ones are shared out at every visit.
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
    if (this.#exemplars !== undefined) series.exemplars = this.#exemplars.slots(series.exemplarSlots);
    return noExemplars;
  }

  /** A window for each delta reader; `undefined` when there is no such reader. */
  #windowsOf(series: Series): Windows | undefined {
    if (this.#deltaReaders.length === 0) return undefined;
    let windows = this.#windows.get(series);
    if (windows === undefined) {
      windows = [];
      for (const { index } of this.#deltaReaders) {
        windows[index] = series.openWindow();
        windows[index].fallsBack = this.descriptor.monotonic;
      }
      this.#windows.set(series, windows);
    }
    return windows;
  }

  #isDelivered(series: Series): boolean {
    for (const reader of this.#deltaReaders) {
      const window = this.#windows.get(series)?.[reader.index];
      if (window === undefined) return series.activity() === 0;
      if (!reader.hasAccepted(window.epoch) || !series.isUnchangedSince(window)) return false;
    }
    return true;
  }

  #drop(series: Series): void {
    this.store.ending.delete(series);
    this.#windows.delete(series);
    this.#idle.delete(series);
    series.release(this.#options.memory);
    if (series.index >= 0) this.#freeIndexes.push(series.index);
    // Whoever still holds it records into nothing, instead of into a cell that is somebody else's by then.
    series.chunk = nowhere;
  }
}

const nowhere = new Float64Array(0);

function isReleased(series: Series): boolean {
  return series.chunk === nowhere;
}
