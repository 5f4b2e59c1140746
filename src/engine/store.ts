/**
 * All series of one stream, and the rules that keep them few: found by `find`, made where `find` knows none.
 *
 * A stream has a limit of series that holds for the life of the process. When it is reached, new attribute sets are
 * counted together in one overflow series; a tenth of the limit is kept for sets that tell of failure. The way from an
 * attribute object to its series is remembered, but for the objects of which there may be no end.
 */
import type { Attributes } from '@opentelemetry/api';
import { maxValueLength } from '../model/instrument.js';
import type { Admission, WidestAttribute } from './admission/admission.js';
import { ShapeTries } from './key-shapes.js';
import { type Trie, trieOf } from './lookup.js';
import type { Reject } from './rejections.js';
import type { Series } from './series.js';

/** Attributes of the series that counts what has none of its own (OpenTelemetry SDK, cardinality limits). */
const overflowAttributes: Attributes = Object.freeze({ 'otel.metric.overflow': true });

const noAttributes: Attributes = Object.freeze({});

/** Remembered ways for each series that there may be: the same attributes come in several orders. */
const waysPerSeries = 4;

/** Recordings that are looked at for undeclared attributes at first, and after each collection. */
const looksAtOnce = 64;

/** What a store needs to know of its stream. */
export interface StoreOptions {
  readonly admission: Admission;
  readonly limit: number;
  readonly reject: Reject;
  /** Whether values are read at collection, so that nobody records into what is not shown. */
  readonly observed: boolean;
  createSeries(attributes: Attributes): Series;
  /** A series that was not observed again gave up its room. */
  onForgotten(series: Series): void;
  /** Called once, when the limit is reached. */
  onOverflow(blame: WidestAttribute | undefined): void;
}

/** The series of one stream. */
export class SeriesStore {
  /** In the order of their first recording; the overflow series is not among them. */
  list: Series[] = [];
  overflow: Series | undefined;
  /**
   * Series that are not shown, by identity: a bound handle waits to record into each, or delta readers remember them
   * although they were not observed.
   */
  readonly sleeping = new Map<string, Series>();
  /** Series that are taken out but not delivered to all delta readers yet, and when they were. */
  readonly ending = new Map<Series, number>();
  readonly options: StoreOptions;
  private readonly ways: Trie<Series> | ShapeTries<Series>;
  /** Recordings still to be looked at for attributes that are not declared; below zero, all. */
  private looks: number;
  /** The series of calls that give no attributes. */
  private bare: Series | undefined;
  /** Of streams that declare no keys, whose attributes come in any order. */
  readonly #byIdentity = new Map<string, Series>();
  #remembered = 0;
  #overflowShown = false;

  constructor(options: StoreOptions) {
    const { keys } = options.admission;
    this.options = options;
    this.looks = keys === undefined ? 0 : looksAtOnce;
    this.ways = keys === undefined ? new ShapeTries() : trieOf(keys);
  }

  /** The series of an attribute object. Throws only what reading the object throws. */
  find(attributes: Attributes | undefined): Series {
    if (attributes == null) return this.bare ?? this.#admitBare();
    const series = this.ways.get(attributes);
    if (series === undefined) return this.#admit(attributes);
    if (this.looks !== 0) this.#look(attributes, series);
    return series;
  }

  /** The overflow series, when there is something in it. */
  get shownOverflow(): Series | undefined {
    return this.#overflowShown ? this.overflow : undefined;
  }

  /** The series that a bound handle of these attributes records into; one that is new is not shown before it does. */
  findToBind(given: Attributes | undefined): Series {
    const { admission, reject } = this.options;
    let admitted: Attributes;
    try {
      admitted = admission.admit(given ?? noAttributes, reject);
    } catch {
      reject('attributes_unreadable');
      admitted = {};
    }
    const known = this.known(admitted) ?? this.sleeping.get(identityOf(admitted));
    if (known !== undefined) return known;
    if (!this.#hasRoomFor(admitted)) return this.openOverflow();
    const series = this.options.createSeries(Object.freeze(admitted));
    this.sleep(series);
    return series;
  }

  /** How many series take up room, seen or not. */
  get size(): number {
    return this.list.length + this.sleeping.size + this.ending.size + (this.overflow === undefined ? 0 : 1);
  }

  /** The series of attributes that are admitted already, if there is one. */
  known(admitted: Attributes): Series | undefined {
    return this.ways instanceof ShapeTries ? this.#byIdentity.get(identityOf(admitted)) : this.ways.get(admitted);
  }

  /** The same text for the same attributes in any order, and another one for any others. */
  identityOf(attributes: Attributes): string {
    return identityOf(attributes);
  }

  /** The series of admitted attributes that an observation brought: its own, or the overflow series. */
  enterObserved(admitted: Attributes): Series {
    return this.known(admitted) ?? this.#create(admitted);
  }

  /** Takes the overflow series away, until something overflows again. */
  closeOverflow(): void {
    this.overflow?.observe(0, false);
    this.#overflowShown = false;
  }

  /** Takes series out of the list; their attribute sets begin anew when they are met again. */
  remove(gone: ReadonlySet<Series>): void {
    // A list of its own: a walk that is under way goes on with the one that it began with.
    const kept = this.list.filter((series) => !gone.has(series));
    this.list = [];
    this.ways.clear();
    this.#byIdentity.clear();
    this.#remembered = 0;
    this.bare = undefined;
    this.options.admission.forget();
    for (const series of kept) this.#enter(series);
    for (const series of this.sleeping.values()) this.options.admission.keep(series.attributes);
  }

  /** Puts a series to sleep that a bound handle will record into. */
  sleep(series: Series): void {
    this.sleeping.set(identityOf(series.attributes), series);
    this.options.admission.keep(series.attributes);
  }

  /** Shows the sleeping series that were recorded into again. */
  wake(startUnixMs: number): void {
    for (const [identity, series] of this.sleeping) {
      if (series.activity() === 0) continue;
      this.sleeping.delete(identity);
      series.startUnixMs = startUnixMs;
      this.#enter(series);
    }
  }

  /** Looks at some recordings again for attributes that are not declared. */
  lookAgain(): void {
    if (this.looks === 0 && this.options.admission.keys !== undefined) this.looks = looksAtOnce;
  }

  /** Counts what the trie does not look at; where there is any, it is looked for in each recording from then on. */
  #look(attributes: Attributes, series: Series): void {
    if (this.looks > 0) this.looks--;
    let given = 0;
    for (const _ in attributes) given++;
    if (given === series.width || typeof attributes !== 'object') return;
    const { admission, reject } = this.options;
    for (const key in attributes) {
      if (admission.keys?.includes(key) === true || attributes[key] === undefined) continue;
      this.looks = -1;
      reject('attribute_undeclared', key);
    }
  }

  /** An attribute object that is met first, or that nothing is remembered of. */
  #admit(given: Attributes): Series {
    const attributes = typeof given === 'object' && given !== null ? given : noAttributes;
    const series = this.#seriesOf(this.options.admission.admit(attributes, this.options.reject));
    if (this.ways instanceof ShapeTries && series !== this.overflow) this.#remember(attributes, series);
    return series;
  }

  #admitBare(): Series {
    const series = this.#seriesOf(this.options.admission.admit(noAttributes, this.options.reject));
    if (series !== this.overflow) this.bare = series;
    return series;
  }

  #seriesOf(admitted: Attributes): Series {
    return this.known(admitted) ?? this.#create(admitted);
  }

  #create(admitted: Attributes): Series {
    const { admission, reject } = this.options;
    if (this.sleeping.size > 0) {
      const identity = identityOf(admitted);
      const asleep = this.sleeping.get(identity);
      if (asleep !== undefined) {
        this.sleeping.delete(identity);
        this.#enter(asleep);
        return asleep;
      }
    }
    if (!this.#hasRoomFor(admitted)) {
      reject('series_overflow', admission.widest()?.key);
      return this.openOverflow();
    }
    const series = this.options.createSeries(Object.freeze(admitted));
    this.#enter(series);
    return series;
  }

  /** Whether the limit leaves room for a series of these attributes. */
  #hasRoomFor(admitted: Attributes): boolean {
    const { admission, limit } = this.options;
    const reserved = admission.mayBeError && !admission.isError(admitted) ? Math.floor(limit / 10) : 0;
    if (this.options.observed) this.#forgetOldest(limit - 1 - reserved);
    // The overflow series is one of those that the limit allows.
    return this.list.length + this.sleeping.size + this.ending.size < limit - 1 - reserved;
  }

  /** Gives up series that were not observed again, where the room is needed. */
  #forgetOldest(room: number): void {
    for (const [identity, series] of this.sleeping) {
      if (this.list.length + this.sleeping.size < room) return;
      this.sleeping.delete(identity);
      this.options.onForgotten(series);
    }
  }

  #enter(series: Series): void {
    const { attributes } = series;
    this.list.push(series);
    this.options.admission.keep(attributes);
    if (this.ways instanceof ShapeTries) this.#byIdentity.set(identityOf(attributes), series);
    else {
      const values = this.ways.keys.map((key) => attributes[key]);
      this.ways.put(values, series);
    }
  }

  /** The overflow series, which is there from now on. */
  openOverflow(): Series {
    this.#overflowShown = true;
    if (this.overflow === undefined) {
      this.overflow = this.options.createSeries(overflowAttributes);
      this.options.onOverflow(this.options.admission.widest());
    }
    return this.overflow;
  }

  /** Lets `find` find a series by an object with the same keys in the same order, and the same values. */
  #remember(given: Attributes, series: Series): void {
    if (this.#remembered >= this.options.limit * waysPerSeries) return;
    const keys = Object.keys(given);
    let values: unknown[];
    try {
      values = keys.map((key) => given[key]);
    } catch {
      // An object that is not the same at every reading is not remembered.
      return;
    }
    // A list is another one the next time, even when it holds the same; and a text that was cut is not kept whole.
    if (keys.length === 0 || values.some(isNotRemembered)) return;
    (this.ways as ShapeTries<Series>).put(keys, values, series);
    this.#remembered++;
  }
}

function isNotRemembered(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || (typeof value === 'string' && value.length > maxValueLength);
}

/** The series of an attribute object, or that of none where reading the object throws. */
export function findSafely(store: SeriesStore, attributes: Attributes | undefined): Series {
  try {
    return store.find(attributes);
  } catch {
    return store.find(undefined);
  }
}

/** The same text for the same attributes in any order, and another one for any others. */
function identityOf(attributes: Attributes): string {
  const keys = Object.keys(attributes).sort();
  return keys.map((key) => `${JSON.stringify(key)}:${identityOfValue(attributes[key])}`).join();
}

function identityOfValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? `[${Array.from(value, identityOfValue).join()}]` : String(value);
}
