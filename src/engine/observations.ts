/**
 * What the callbacks of one collection observed, until it is known which series are still there.
 *
 * A series that is not observed disappears and makes room; so new attribute sets wait until all callbacks have run.
 * No more of them are kept than there can be series, the rest is added up for the overflow series.
 */
import type { Attributes } from '@opentelemetry/api';
import type { EngineObservable, ObservationSink } from './observables.js';
import type { Series } from './series.js';
import type { Stream } from './stream.js';

const noAttributes: Attributes = Object.freeze({});

/** Of one stream. */
interface StreamObservations {
  readonly seen: Set<Series>;
  /** By identity: admitted attributes and value. */
  readonly waiting: Map<string, { admitted: Attributes; value: number }>;
  /** What was observed of attribute sets that are not kept as they are. */
  readonly originals: Map<string, number>;
  overflow: number;
}

/** The observations of one collection. */
export class Observations implements ObservationSink {
  readonly #streams = new Map<Stream, StreamObservations>();

  /** Takes an observation; the last one of the same attributes counts, those that attributes were taken from add up. */
  observe(instrument: EngineObservable, value: number, given: Attributes | undefined): void {
    const attributes = typeof given === 'object' && given !== null ? given : noAttributes;
    for (const stream of instrument.core.streams) this.#observe(stream, instrument, value, attributes);
  }

  /** Enters everything into the series of the streams that were collected, and takes out what was not observed. */
  enter(streams: Iterable<Stream>): void {
    for (const stream of streams) {
      const observed = this.#streams.get(stream);
      const gone = new Set(stream.store.list.filter((series) => observed?.seen.has(series) !== true));
      if (gone.size > 0) stream.forget(gone);
      stream.store.closeOverflow();
      if (observed === undefined) continue;
      for (const { admitted, value } of observed.waiting.values()) {
        const series = stream.store.enterObserved(admitted);
        // What has no room of its own is added up in the overflow series.
        series.observe(value, series === stream.store.overflow);
      }
      if (observed.overflow !== 0) stream.store.openOverflow().observe(observed.overflow, true);
    }
  }

  #observe(stream: Stream, instrument: EngineObservable, value: number, attributes: Attributes): void {
    const { store } = stream;
    const { admitted, original } = admit(stream, instrument, attributes);
    let observed = this.#streams.get(stream);
    if (observed === undefined) {
      observed = { seen: new Set(), waiting: new Map(), originals: new Map(), overflow: 0 };
      this.#streams.set(stream, observed);
    }
    const identity = store.identityOf(admitted);
    // Several attribute sets that became one add up, where they are sums; one that is observed again has its last value.
    const before = original === undefined ? undefined : observed.originals.get(`${identity} ${original}`);
    const adds = original !== undefined && stream.descriptor.sum;
    const change = adds ? value - (before ?? 0) : value;
    if (adds && observed.originals.size < store.options.limit) observed.originals.set(`${identity} ${original}`, value);
    const known = store.known(admitted);
    const waiting = observed.waiting.get(identity);
    if (known !== undefined) {
      known.observe(change, adds && observed.seen.has(known));
      observed.seen.add(known);
    } else if (waiting !== undefined) waiting.value = adds ? waiting.value + change : change;
    else if (observed.waiting.size < store.options.limit) observed.waiting.set(identity, { admitted, value: change });
    else {
      instrument.reject('series_overflow');
      observed.overflow += change;
    }
  }
}

/** The attributes of a stream for those observed; `original` tells these apart where several become one. */
function admit(
  stream: Stream,
  instrument: EngineObservable,
  attributes: Attributes,
): { admitted: Attributes; original: string | undefined } {
  const { store } = stream;
  try {
    const given = { ...attributes };
    const admitted = store.options.admission.admit(given, instrument.reject);
    const same = Object.keys(given).every((key) => given[key] === admitted[key] || Array.isArray(given[key]));
    return { admitted, original: same ? undefined : store.identityOf(given) };
  } catch {
    instrument.reject('attributes_unreadable');
    return { admitted: {}, original: undefined };
  }
}
