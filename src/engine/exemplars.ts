/**
 * Exemplars: measurements kept with the trace that they were made in (OpenTelemetry metrics SDK, "Exemplar").
 *
 * A series has a slot, a histogram one per bucket; each takes one measurement between two collections. Looking up the
 * trace costs many times a record, so an attempt that finds none is not repeated for a growing number of records, until
 * the next collection. Where no trace can be found at all there are no slots, and a record tests for that alone.
 */
import { type Attributes, context, TraceFlags, trace } from '@opentelemetry/api';
import type { Clock } from '../model/clock.js';
import { noExemplars } from '../model/point-views.js';
import type { Exemplar } from '../model/points.js';

/** Which measurements may become exemplars. */
export type ExemplarFilter = 'always_on' | 'always_off' | 'trace_based';

/** Records between two attempts grow up to this; then there are none until the next collection. */
const mostSkipped = 65_536;

const noAttributes: Attributes = Object.freeze({});

/** Where `@opentelemetry/api` 1.x keeps its registrations: without a context manager no trace is ever active. */
const apiGlobals = Symbol.for('opentelemetry.js.api.1');

/** Reused by all visits: a point shows its exemplars during the visit only. */
const collected: Exemplar[] = [];

/** Finds out what a measurement belongs to. */
export class ExemplarSampling {
  readonly clock: Clock;
  filter: ExemplarFilter;

  constructor(filter: ExemplarFilter, clock: Clock) {
    this.filter = filter;
    this.clock = clock;
  }

  /** Slots for a new series; `undefined` where nothing could fill them. */
  slots(count: number): ExemplarSlots | undefined {
    return this.possible ? new ExemplarSlots(this, count) : undefined;
  }

  /** Whether a measurement may be kept now. */
  get possible(): boolean {
    if (this.filter !== 'trace_based') return this.filter === 'always_on';
    return (globalThis as { [apiGlobals]?: { context?: unknown } })[apiGlobals]?.context !== undefined;
  }
}

/** The exemplars of one series. */
export class ExemplarSlots {
  readonly #sampling: ExemplarSampling;
  readonly #kept: (Exemplar | undefined)[];
  /** By slot, the collection after which it was filled. */
  private readonly filled: Uint32Array;
  private collection = 1;
  /** Slots that are still to be filled; none as well where it was given up. */
  private open: number;
  /** Records until the next attempt. */
  private skip = 0;
  #nextSkip = 1;

  constructor(sampling: ExemplarSampling, count: number) {
    this.#sampling = sampling;
    this.#kept = new Array(count).fill(undefined);
    this.filled = new Uint32Array(count);
    this.open = count;
  }

  /** Offers a measurement for a slot. Part of the record path. */
  offer(slot: number, value: number): void {
    if (this.open === 0 || this.filled[slot] === this.collection) return;
    if (this.skip > 0) this.skip--;
    else this.#attempt(slot, value);
  }

  /** Returns the exemplars recorded since `sinceUnixMs`, valid until the next call, and opens all slots again. */
  collect(sinceUnixMs: number): readonly Exemplar[] {
    collected.length = 0;
    for (const exemplar of this.#kept) {
      if (exemplar !== undefined && exemplar.timeUnixMs >= sinceUnixMs) collected.push(exemplar);
    }
    this.collection++;
    this.open = this.#kept.length;
    this.skip = 0;
    this.#nextSkip = 1;
    return collected.length === 0 ? noExemplars : collected;
  }

  #attempt(slot: number, value: number): void {
    const span = trace.getSpanContext(context.active());
    const sampled = span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (!sampled && this.#sampling.filter === 'trace_based') {
      this.skip = this.#nextSkip;
      this.#nextSkip *= 2;
      // Where nothing was found for so long, even counting costs too much.
      if (this.skip > mostSkipped) this.open = 0;
      return;
    }
    this.filled[slot] = this.collection;
    this.open--;
    this.#kept[slot] = {
      value,
      timeUnixMs: this.#sampling.clock.nowUnixMs(),
      traceId: span?.traceId,
      spanId: span?.spanId,
      filteredAttributes: noAttributes,
    };
  }
}
