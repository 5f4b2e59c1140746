/**
 * All series of one stream, and its cardinality limit.
 *
 * The limit holds for the life of the process. Once it is reached, new attribute sets share one overflow series; those
 * of gauges are dropped. A tenth of the limit is reserved for error series. `find` caches the lookup path from an
 * attribute object to its series, except paths to the overflow series, whose number has no bound.
 */
import type { Attributes } from '@opentelemetry/api';
import { maxValueLength } from '../model/instrument.js';
import type { Admission, WidestAttribute } from './admission/admission.js';
import { noAttributes, objectOf } from './admission/values.js';
import { KeyLayoutTries } from './key-layouts.js';
import { type Trie, trieOf } from './lookup.js';
import type { Reject } from './rejections.js';
import type { Series } from './series.js';

/** Attributes of the overflow series (OpenTelemetry SDK, cardinality limits). */
const overflowAttributes: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/** Maximum number of cached lookup paths per series: the same attributes occur in several orders. */
const maxPathsPerSeries = 4;

/** Number of recordings that are checked for undeclared attributes, initially and after each collection. */
const samplesPerCollection = 64;

/** Parts of a stream that its store uses. */
export interface StoreOptions {
  readonly admission: Admission;
  readonly limit: number;
  readonly reject: Reject;
  /** True for observable instruments. */
  readonly observed: boolean;
  /** True if measurements beyond the limit share the overflow series; false for gauges, which cannot be added up. */
  readonly overflows: boolean;
  createSeries(attributes: Attributes): Series;
  /** Called after a parked series of an observable was evicted to make room. */
  onEvicted(series: Series): void;
  /** Called once, when the limit is reached, with the attribute that has the most values. */
  onOverflow(widest: WidestAttribute | undefined): void;
}

/** SeriesStore holds all series of one stream. */
export class SeriesStore {
  /** Active series in the order of their first recording, without the overflow series. */
  list: Series[] = [];
  overflow: Series | undefined;
  /**
   * Series that are not exported, by identity. A bound handle may record into them again, or a delta reader needs their
   * last value although they were not observed.
   */
  readonly parked = new Map<string, Series>();
  /** Parked series that start at 0: readers that ask for them see them before the first recording. */
  readonly zeros = new Set<Series>();
  /** Removed series that some delta reader has not accepted yet, with the time of removal in Unix milliseconds. */
  readonly retired = new Map<Series, number>();
  readonly options: StoreOptions;
  private readonly lookup: Trie<Series> | KeyLayoutTries<Series>;
  /** Number of recordings left to check for undeclared attributes; negative to check all of them. */
  private samplesLeft: number;
  /** Series of recordings without attributes. */
  private withoutAttributes: Series | undefined;
  /** Series of streams without declared keys, whose attributes come in any order. */
  readonly #byIdentity = new Map<string, Series>();
  #cachedPaths = 0;
  #overflowShown = false;
  #hasOverflowed = false;

  constructor(options: StoreOptions) {
    const { keys } = options.admission;
    this.options = options;
    this.samplesLeft = keys === undefined ? 0 : samplesPerCollection;
    this.lookup = keys === undefined ? new KeyLayoutTries() : trieOf(keys);
  }

  /** Returns the series of an attribute object, created if needed. Throws only what reading the object throws. */
  find(attributes: Attributes | undefined): Series {
    if (attributes == null) return this.withoutAttributes ?? this.#admitWithoutAttributes();
    const series = this.lookup.get(attributes);
    if (series === undefined) return this.#admit(attributes);
    if (this.samplesLeft !== 0) this.#sample(attributes, series);
    return series;
  }

  /** The overflow series; `undefined` while it holds nothing. */
  get shownOverflow(): Series | undefined {
    return this.#overflowShown ? this.overflow : undefined;
  }

  /** Returns the series that a bound handle records into. A new one is parked until the handle records. */
  findToBind(given: Attributes | undefined): Series {
    const { admission, reject } = this.options;
    let admitted: Attributes;
    try {
      admitted = admission.admit(objectOf(given, reject), reject);
    } catch {
      reject('attributes_unreadable');
      admitted = {};
    }
    const known = this.known(admitted) ?? this.parked.get(identityOf(admitted));
    if (known !== undefined) return known;
    if (!this.#hasRoomFor(admitted)) {
      reject('series_overflow');
      return this.openOverflow();
    }
    const series = this.options.createSeries(Object.freeze(admitted));
    this.park(series);
    return series;
  }

  /** Creates a series that starts at 0. */
  addZero(attributes: Attributes): void {
    if (this.#hasRoomFor(attributes)) this.zeros.add(this.findToBind(attributes));
  }

  /** Number of series that count against the limit, exported or not, without those that are still 0. */
  get size(): number {
    return (
      -this.zeros.size +
      this.list.length +
      this.parked.size +
      this.retired.size +
      (this.overflow === undefined || !this.options.overflows ? 0 : 1)
    );
  }

  /** Returns the active series of admitted attributes; `undefined` if it does not exist. */
  known(admitted: Attributes): Series | undefined {
    const { lookup } = this;
    return lookup instanceof KeyLayoutTries ? this.#byIdentity.get(identityOf(admitted)) : lookup.get(admitted);
  }

  /** Returns a text that is equal for equal attributes in any order, and different for different attributes. */
  identityOf(attributes: Attributes): string {
    return identityOf(attributes);
  }

  /** Returns the series of observed, admitted attributes, created if needed; at the limit the overflow series. */
  insertObserved(admitted: Attributes): Series {
    return this.known(admitted) ?? this.#create(admitted);
  }

  /** Resets and hides the overflow series until the next overflow. */
  closeOverflow(): void {
    this.overflow?.observe(0, false);
    this.#overflowShown = false;
  }

  /** Removes series from the list. A later recording with the same attributes creates a new series. */
  remove(removed: ReadonlySet<Series>): void {
    // A new list: a walk in progress keeps iterating over the previous one.
    const kept = this.list.filter((series) => !removed.has(series));
    this.list = [];
    this.lookup.clear();
    this.#byIdentity.clear();
    this.#cachedPaths = 0;
    this.withoutAttributes = undefined;
    this.options.admission.forget();
    for (const series of kept) this.#insert(series);
    // An observable that is not observed gives its attribute values up.
    if (this.options.observed) return;
    for (const series of this.parked.values()) this.options.admission.keep(series.attributes);
  }

  /**
   * Settles new observed attributes in their order, as if only the `observed` series existed. Returns them in that order.
   * Counts their values until the next call of `remove`.
   */
  settle(observed: ReadonlySet<Series>, pending: Iterable<Attributes>): Attributes[] {
    const { admission, reject } = this.options;
    admission.endObservations();
    admission.forget();
    for (const { attributes } of observed) admission.keep(attributes);
    return Array.from(pending, (attributes) => {
      const settled = admission.settle(attributes, reject);
      admission.keep(settled);
      return settled;
    });
  }

  /** Parks a series: it keeps its state but is not exported. */
  park(series: Series): void {
    this.parked.set(identityOf(series.attributes), series);
    if (!this.options.observed) this.options.admission.keep(series.attributes);
  }

  /** Activates the parked series that were recorded into. They start now or at their creation, whichever is later. */
  activate(startUnixMs: number): void {
    for (const [identity, series] of this.parked) {
      if (series.activity() === 0) continue;
      this.parked.delete(identity);
      // The start of a series that was shown at 0 must not change.
      if (!this.zeros.delete(series)) series.startUnixMs = Math.max(series.startUnixMs, startUnixMs);
      this.#insert(series);
    }
  }

  /** Starts checking recordings for undeclared attributes again. */
  resampleUndeclared(): void {
    if (this.samplesLeft === 0 && this.options.admission.keys !== undefined) this.samplesLeft = samplesPerCollection;
  }

  /** Counts undeclared attributes, which a trie lookup ignores. Once one is found, every later recording is checked. */
  #sample(attributes: Attributes, series: Series): void {
    if (this.samplesLeft > 0) this.samplesLeft--;
    if (objectOf(attributes, this.options.reject) !== attributes) return;
    let given = 0;
    for (const _ in attributes) given++;
    if (given === series.width) return;
    const { admission, reject } = this.options;
    for (const key in attributes) {
      if (admission.keys?.includes(key) === true || attributes[key] === undefined) continue;
      this.samplesLeft = -1;
      reject('attribute_undeclared', key, attributes);
    }
  }

  /** Finds or creates the series of an attribute object without a cached lookup path. */
  #admit(given: Attributes): Series {
    const attributes = objectOf(given, this.options.reject);
    const series = this.#seriesOf(this.options.admission.admit(attributes, this.options.reject));
    if (this.lookup instanceof KeyLayoutTries && series !== this.overflow)
      this.#cachePath(this.lookup, attributes, series);
    return series;
  }

  #admitWithoutAttributes(): Series {
    const series = this.#seriesOf(this.options.admission.admit(noAttributes, this.options.reject));
    if (series !== this.overflow) this.withoutAttributes = series;
    return series;
  }

  #seriesOf(admitted: Attributes): Series {
    return this.known(admitted) ?? this.#create(admitted);
  }

  #create(admitted: Attributes): Series {
    const { reject } = this.options;
    if (this.parked.size > 0) {
      const identity = identityOf(admitted);
      const parked = this.parked.get(identity);
      if (parked !== undefined) {
        this.parked.delete(identity);
        this.zeros.delete(parked);
        this.#insert(parked);
        return parked;
      }
    }
    if (!this.#hasRoomFor(admitted)) {
      reject('series_overflow');
      return this.openOverflow();
    }
    const series = this.options.createSeries(Object.freeze(admitted));
    this.#insert(series);
    return series;
  }

  /** Reports whether the limit leaves room for a series of these attributes. */
  #hasRoomFor(admitted: Attributes): boolean {
    const { admission, limit, overflows } = this.options;
    const reserved = admission.mayBeError && !admission.isError(admitted) ? Math.floor(limit / 10) : 0;
    // An overflow series counts against the limit.
    const room = limit - (overflows ? 1 : 0) - reserved;
    if (this.options.observed) this.#evictParked(room);
    return this.list.length + this.parked.size + this.retired.size < room;
  }

  /** Evicts parked series, oldest first, until the store holds fewer than `room`. */
  #evictParked(room: number): void {
    for (const [identity, series] of this.parked) {
      if (this.list.length + this.parked.size < room) return;
      this.parked.delete(identity);
      this.options.onEvicted(series);
    }
  }

  #insert(series: Series): void {
    const { attributes } = series;
    this.list.push(series);
    this.options.admission.keep(attributes);
    if (this.lookup instanceof KeyLayoutTries) this.#byIdentity.set(identityOf(attributes), series);
    else {
      const values = this.lookup.keys.map((key) => attributes[key]);
      this.lookup.insert(values, series);
    }
  }

  /** Returns the overflow series, created on first use, and exports it unless the stream is a gauge. */
  openOverflow(): Series {
    this.#overflowShown = this.options.overflows;
    this.overflow ??= this.options.createSeries(overflowAttributes);
    if (!this.#hasOverflowed) {
      this.#hasOverflowed = true;
      this.options.onOverflow(this.options.admission.widest());
    }
    return this.overflow;
  }

  /** Adds the overflow series of another store. Below the limit, this is no overflow to report. */
  absorbOverflow(other: Series): void {
    this.#overflowShown = true;
    this.overflow ??= this.options.createSeries(overflowAttributes);
    this.overflow.absorb(other);
  }

  /** Caches the lookup path for objects with the same keys in the same order and the same values. */
  #cachePath(lookup: KeyLayoutTries<Series>, given: Attributes, series: Series): void {
    if (this.#cachedPaths >= this.options.limit * maxPathsPerSeries) return;
    const keys = Object.keys(given);
    let values: unknown[];
    try {
      values = keys.map((key) => given[key]);
    } catch {
      // A getter threw at the second read.
      return;
    }
    if (keys.length === 0 || keys.some(isTooLong) || values.some(isNotCacheable)) return;
    lookup.insert(keys, values, series);
    this.#cachedPaths++;
  }
}

/** Reports whether a value is a list, compared by identity, or a text too long to keep in memory. */
function isNotCacheable(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || (typeof value === 'string' && isTooLong(value));
}

function isTooLong(text: string): boolean {
  return text.length > maxValueLength;
}

/** Returns the series of an attribute object; the series without attributes if reading the object throws. */
export function findSafely(store: SeriesStore, attributes: Attributes | undefined): Series {
  try {
    return store.find(attributes);
  } catch {
    return store.find(undefined);
  }
}

/** Implements `SeriesStore.identityOf`. */
function identityOf(attributes: Attributes): string {
  const keys = Object.keys(attributes).sort();
  return keys.map((key) => `${JSON.stringify(key)}:${identityOfValue(attributes[key])}`).join();
}

function identityOfValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? `[${Array.from(value, identityOfValue).join()}]` : String(value);
}
