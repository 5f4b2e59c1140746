/** Record path, last step of three for counters: a sum in one cell. Collection of sums, cumulative and delta. */
import type { Attributes } from '@opentelemetry/api';
import { NumberView } from '../model/point-views.js';
import type { Exemplar, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, finite, type Series } from './series.js';

/** Places within the cell. */
const at = { sum: 0, start: 1 } as const;
const slots = 2;

/** The sum of what was recorded. */
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
    // What is added to negative zero is never that again: it tells a sum of nothing from one that came back to 0.
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

  record(value: number): void {
    // Subtracting the negative is the same number; V8 takes `+=` on whole numbers for a detour through integers.
    this.chunk[this.offset + at.sum] -= -value;
    if (this.exemplars !== undefined) this.exemplars.offer(0, value);
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
    const base = window.base[0];
    window.walked[0] = value;
    const difference = window.fallsBack && value < base ? value : value - base;
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
    view.begin(this, startUnixMs, endUnixMs, exemplars);
    view.value = value;
    visitor.number(view);
  }

  #value(): number {
    return finite(this.chunk[this.offset + at.sum]) + 0;
  }
}

const view = new NumberView();
