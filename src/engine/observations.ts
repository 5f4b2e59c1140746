/**
 * Observations of one collection, buffered until all callbacks have run.
 *
 * A series that is not observed is removed, which makes room for new ones and for their attribute values. New attribute
 * sets are therefore admitted and inserted after the last callback, one by one in the order of their observation. The
 * buffer holds at most as many as the cardinality limit; the overflow series gets all others.
 */
import type { Attributes } from '@opentelemetry/api';
import { objectOf } from './admission/values.js';
import type { EngineObservable, ObservationSink } from './observables.js';
import type { Series } from './series.js';
import type { Stream } from './stream.js';

/** Value of one series. */
interface Observed {
  value: number;
  /** Place of its last observation among all of the collection. */
  turn: number;
}

/** Observations of one stream. */
interface StreamObservations {
  /** By existing series. */
  readonly known: Map<Series, Observed>;
  /** By identity of the attributes, which have no series yet. */
  pending: Map<string, Observed & { readonly admitted: Attributes }> | undefined;
  /** Last value of each attribute set that admission changed, by identity of the admitted and the original set. */
  originals: Map<string, number> | undefined;
  /** Sum for the overflow series. */
  overflow: number;
}

/** Observations buffers the observations of one collection. */
export class Observations implements ObservationSink {
  readonly #streams = new Map<Stream, StreamObservations>();
  #turn = 0;

  /** Adds an observation. It replaces an earlier one of equal attributes. Sums whose admitted attributes are equal add up. */
  observe(instrument: EngineObservable, value: number, given: Attributes | undefined): void {
    const attributes = objectOf(given, instrument.reject);
    this.#turn++;
    for (const stream of instrument.core.streams) this.#observe(stream, instrument, value, attributes);
  }

  /** Writes all observations to the series of these streams, and removes the series that were not observed. */
  insert(streams: Iterable<Stream>): void {
    for (const stream of streams) {
      const observed = this.#streams.get(stream);
      const { store } = stream;
      if (isUnchanged(observed, stream)) {
        store.options.admission.endObservations();
        store.closeOverflow();
        observed?.known.forEach(({ value }, series) => {
          series.observe(value, false);
        });
      } else this.#replace(stream, observed);
      if (observed !== undefined && observed.overflow !== 0) store.openOverflow().observe(observed.overflow, true);
    }
  }

  /** Inserts the new series of a stream and removes those that were not observed. */
  #replace(stream: Stream, observed: StreamObservations | undefined): void {
    const { store } = stream;
    const pending = [...(observed?.pending?.values() ?? [])];
    const kept = new Set(observed?.known.keys());
    const settled = store.settle(
      kept,
      pending.map(({ admitted }) => admitted),
    );
    for (const attributes of settled) {
      const known = store.known(attributes);
      if (known !== undefined) kept.add(known);
    }
    const unobserved = new Set(store.list.filter((series) => !kept.has(series)));
    if (unobserved.size > 0) stream.forget(unobserved);
    store.closeOverflow();
    if (observed === undefined) return;
    const values: [Series, Observed][] = [...observed.known];
    for (const [index, each] of pending.entries()) {
      values.push([store.insertObserved(settled[index] as Attributes), each]);
    }
    // The last value of a gauge stays, and of equal labels in Prometheus the last one is shown.
    if (!stream.descriptor.sum) values.sort(([, one], [, other]) => one.turn - other.turn);
    const written = new Set<Series>();
    for (const [series, { value }] of values) {
      // Sums add up if they share a series: one with _OTHER, or the overflow series.
      series.observe(value, series === store.overflow || (stream.descriptor.sum && written.has(series)));
      written.add(series);
    }
  }

  #observe(stream: Stream, instrument: EngineObservable, value: number, attributes: Attributes): void {
    const { store } = stream;
    let observed = this.#streams.get(stream);
    if (observed === undefined) {
      observed = { known: new Map(), pending: undefined, originals: undefined, overflow: 0 };
      this.#streams.set(stream, observed);
    }
    // Callbacks observe the same attributes in the same order each time.
    const next = nextSeries(stream, observed.known.size, attributes);
    if (next !== undefined) {
      observed.known.set(next, { value, turn: this.#turn });
      return;
    }
    const { admitted, original } = admit(stream, instrument, attributes);
    const known = store.known(admitted);
    const adds = original !== undefined && stream.descriptor.sum;
    // Most observations are of series that exist, and do not need the identity, which costs more than all the rest.
    const identity = adds || known === undefined ? store.identityOf(admitted) : '';
    // Admission can map several original sets to one. Their sums add up; a repeated original replaces its own part.
    const change = adds ? value - replaced(observed, `${identity} ${original}`, value, store.options.limit) : value;
    const earlier = known === undefined ? observed.pending?.get(identity) : observed.known.get(known);
    const turn = this.#turn;
    if (earlier !== undefined) {
      earlier.value = adds ? earlier.value + change : change;
      earlier.turn = turn;
      if (known !== undefined) {
        // The last observation comes last.
        observed.known.delete(known);
        observed.known.set(known, earlier);
      }
    } else if (known !== undefined) observed.known.set(known, { value: change, turn });
    else {
      observed.pending ??= new Map();
      if (observed.pending.size < store.options.limit)
        observed.pending.set(identity, { admitted, value: change, turn });
      else {
        instrument.reject('series_overflow');
        observed.overflow += change;
      }
    }
  }
}

/** Keeps the value of an original set, while the limit leaves room, and returns the one that it replaces, or 0. */
function replaced(observed: StreamObservations, original: string, value: number, limit: number): number {
  observed.originals ??= new Map();
  const previous = observed.originals.get(original) ?? 0;
  if (observed.originals.size < limit) observed.originals.set(original, value);
  return previous;
}

/** Reports whether all series were observed, and no other. This is the usual collection. */
function isUnchanged(observed: StreamObservations | undefined, { store: { list } }: Stream): boolean {
  return (observed?.pending?.size ?? 0) === 0 && (observed?.known.size ?? 0) === list.length;
}

/** Returns the series at a place if admission would map these attributes to it, unchanged and without a report. */
function nextSeries({ store }: Stream, place: number, attributes: Attributes): Series | undefined {
  const { keys } = store.options.admission;
  const series = store.list[place];
  if (keys === undefined || series === undefined) return undefined;
  try {
    let given = 0;
    for (const key in attributes) {
      const value = attributes[key];
      if (value === undefined || value !== series.attributes[key] || !Object.hasOwn(attributes, key)) return undefined;
      given++;
    }
    return given === keys.length ? series : undefined;
  } catch {
    return undefined;
  }
}

/** Admits observed attributes. `original` is the identity of the observed set if admission changed it. */
function admit(
  stream: Stream,
  instrument: EngineObservable,
  attributes: Attributes,
): { admitted: Attributes; original: string | undefined } {
  const { store } = stream;
  try {
    const given = { ...attributes };
    const admitted = store.options.admission.admitObserved(given, instrument.reject);
    const same = Object.keys(given).every((key) => given[key] === admitted[key] || Array.isArray(given[key]));
    return { admitted, original: same ? undefined : store.identityOf(given) };
  } catch {
    instrument.reject('attributes_unreadable');
    return { admitted: {}, original: undefined };
  }
}
