/**
 * Sums: last of the three steps of the record path for counters, and collection of sums, cumulative and delta.
 *
 * In the four aggregations, cells are read as `chunk[i] as number`, because offsets are always within their chunk: a
 * guard would cost the record path a branch. The cast changes nothing in the generated code.
 */
import type { Attributes } from '@opentelemetry/api';
import { NumberView } from '../model/point-views.js';
import type { Exemplar, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Offsets within the cell. */
const at = { sum: 0, start: 1 } as const;
const slots = 2;

/** SumSeries adds up recorded values. */
export class SumSeries implements Series {
  readonly attributes: Attributes;
  index = -1;
  readonly width: number;
  exemplars: ExemplarSlots | undefined;
  chunk: Float64Array;
  readonly offset: number;

  constructor(attributes: Attributes, startUnixMs: number, memory: Memory) {
    const { chunk, offset } = memory.allocate(slots);
    this.attributes = attributes;
    this.width = Object.keys(attributes).length;
    this.exemplars = undefined;
    this.chunk = chunk;
    this.offset = offset;
    this.startUnixMs = startUnixMs;
    // A sum never returns to negative zero, so -0 distinguishes an unused series from one that returned to 0.
    chunk[offset + at.sum] = -0;
  }

  get exemplarSlots(): number {
    return 1;
  }

  get startUnixMs(): number {
    return this.chunk[this.offset + at.start] as number;
  }

  set startUnixMs(unixMs: number) {
    this.chunk[this.offset + at.start] = unixMs;
  }

  record(value: number, given?: Attributes): void {
    // `-= -value` gives the same result as `+=`, for which V8 inserts integer conversions once it has seen integers.
    (this.chunk[this.offset + at.sum] as number) -= -value;
    if (this.exemplars !== undefined) this.exemplars.offer(0, value, given);
  }

  observe(value: number, adds: boolean): void {
    this.chunk[this.offset + at.sum] = adds ? this.#value() + value : value;
  }

  activity(): number {
    const value = this.#value();
    if (value !== 0) return value;
    return Object.is(this.chunk[this.offset + at.sum], -0) ? 0 : Number.MIN_VALUE;
  }

  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void {
    this.#visit(visitor, this.startUnixMs, endUnixMs, exemplars, this.#value());
  }

  visitDelta(
    visitor: PointVisitor,
    window: DeltaWindow,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
  ): boolean {
    const value = this.#value();
    const base = window.base[0] as number;
    window.walked[0] = value;
    const difference = window.resetOnDecrease && value < base ? value : value - base;
    if (difference === 0) return false;
    this.#visit(visitor, startUnixMs, endUnixMs, exemplars, difference);
    return true;
  }

  absorb(other: SumSeries): void {
    this.record(other.#value());
  }

  isUnchangedSince(window: DeltaWindow): boolean {
    return this.#value() === window.walked[0];
  }

  openWindow(): DeltaWindow {
    return deltaWindow(1);
  }

  release(memory: Memory): void {
    memory.free(this, slots);
  }

  #visit(
    visitor: PointVisitor,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
    value: number,
  ): void {
    view.series = this;
    view.startUnixMs = startUnixMs;
    view.endUnixMs = endUnixMs;
    view.exemplars = exemplars;
    view.value = value;
    visitor.number(view);
  }

  #value(): number {
    return finite(this.chunk[this.offset + at.sum] as number) + 0;
  }
}

const view = new NumberView();
