/**
 * Exemplars: sample measurements with the trace in which they were recorded (OpenTelemetry metrics SDK, "Exemplar").
 *
 * A series has one slot, a histogram one per bucket; each slot takes one measurement between two collections. Reading
 * the active trace costs many times a record, so an attempt that finds no sampled trace disarms the slots for a growing
 * number of records, until the next collection. Without a context manager no trace can be active: series then have no
 * slots, and a record tests only for that.
 */
import { type Attributes, context, TraceFlags, trace } from '@opentelemetry/api';
import { apiRegistrations } from '../model/api-registrations.js';
import type { Clock } from '../model/clock.js';
import { noExemplars } from '../model/point-views.js';
import type { Exemplar } from '../model/points.js';
import { filteredAttributes } from './filtered-attributes.js';

/** Selects the measurements that may become exemplars. */
export type ExemplarFilter = 'always_on' | 'always_off' | 'trace_based';

/** Most records that are skipped between two attempts; after that, none is made until the next collection. */
const mostSkipped = 65_536;

/** Reused by all collections: a point shows its exemplars during the visit only. */
const collected: Exemplar[] = [];

/** Decides whether measurements become exemplars. */
export class ExemplarSampling {
  readonly clock: Clock;
  filter: ExemplarFilter;

  constructor(filter: ExemplarFilter, clock: Clock) {
    this.filter = filter;
    this.clock = clock;
  }

  /** Returns slots for a series; `undefined` if nothing can fill them. */
  slotsFor({ attributes, exemplarSlots }: SampledSeries): ExemplarSlots | undefined {
    return this.possible ? new ExemplarSlots(this, attributes, exemplarSlots) : undefined;
  }

  /** True if a measurement may become an exemplar now. */
  get possible(): boolean {
    if (this.filter !== 'trace_based') return this.filter === 'always_on';
    return apiRegistrations().context !== undefined;
  }
}

/** Series that takes exemplars. */
interface SampledSeries {
  readonly attributes: Attributes;
  readonly exemplarSlots: number;
}

/** Exemplars of one series. */
export class ExemplarSlots {
  readonly #sampling: ExemplarSampling;
  readonly #attributes: Attributes;
  readonly #exemplars: (Exemplar | undefined)[];
  /** By slot, the collection after which the slot was filled. */
  private readonly filled: Uint32Array;
  private collection = 1;
  /** Number of slots to fill; 0 also after attempts were given up. */
  private open: number;
  /** Records to skip before the next attempt. */
  private skip = 0;
  #nextSkip = 1;

  constructor(sampling: ExemplarSampling, attributes: Attributes, count: number) {
    this.#sampling = sampling;
    this.#attributes = attributes;
    this.#exemplars = new Array(count).fill(undefined);
    this.filled = new Uint32Array(count);
    this.open = count;
  }

  /** Offers a measurement for a slot. Part of the record path. */
  offer(slot: number, value: number, given: Attributes | undefined): void {
    if (this.open === 0 || this.filled[slot] === this.collection) return;
    if (this.skip > 0) this.skip--;
    else this.#attempt(slot, value, given);
  }

  /** Returns the exemplars recorded since `sinceUnixMs`, valid until the next call, and opens all slots again. */
  collect(sinceUnixMs: number): readonly Exemplar[] {
    collected.length = 0;
    for (const exemplar of this.#exemplars) {
      if (exemplar !== undefined && exemplar.timeUnixMs >= sinceUnixMs) collected.push(exemplar);
    }
    this.collection++;
    this.open = this.#exemplars.length;
    this.skip = 0;
    this.#nextSkip = 1;
    return collected.length === 0 ? noExemplars : collected;
  }

  #attempt(slot: number, value: number, given: Attributes | undefined): void {
    const span = trace.getSpanContext(context.active());
    const sampled = span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (!sampled && this.#sampling.filter === 'trace_based') {
      this.skip = this.#nextSkip;
      this.#nextSkip *= 2;
      // After so many records without a trace, even counting them costs too much.
      if (this.skip > mostSkipped) this.open = 0;
      return;
    }
    this.filled[slot] = this.collection;
    this.open--;
    this.#exemplars[slot] = {
      value,
      timeUnixMs: this.#sampling.clock.nowUnixMs(),
      traceId: span?.traceId,
      spanId: span?.spanId,
      filteredAttributes: filteredAttributes(given, this.#attributes),
    };
  }
}
