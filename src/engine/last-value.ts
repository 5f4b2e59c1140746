/** Gauges: last of the three steps of the record path. Holds the last value, and its place among the recordings of gauges. */
import type { Attributes } from '@opentelemetry/api';
import { NumberView } from '../model/point-views.js';
import type { Exemplar, PointVisitor } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Memory } from './memory.js';
import { type DeltaWindow, deltaWindow, type Series } from './series.js';

/** Offsets within the cell. */
const at = { value: 0, turn: 1, start: 2 } as const;
const slots = 3;

/** Number of recordings of all gauges. The field starts as NaN: V8 then overwrites it in place. */
const recorded = { turns: Number.NaN };
recorded.turns = 0;

/** LastValueSeries keeps the last recorded value. */
export class LastValueSeries implements Series {
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
    const { chunk, offset } = this;
    chunk[offset + at.value] = value;
    chunk[offset + at.turn] = recorded.turns -= -1;
    if (this.exemplars !== undefined) this.exemplars.offer(0, value, given);
  }

  observe(value: number, adds: boolean): void {
    this.record(adds ? this.#value() + value : value);
  }

  get lastRecorded(): number {
    return this.activity();
  }

  activity(): number {
    return this.chunk[this.offset + at.turn] as number;
  }

  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void {
    this.#visit(visitor, this.startUnixMs, endUnixMs, exemplars, this.#value());
  }

  /** Skips a gauge that was not set since the last accepted walk. */
  visitDelta(
    visitor: PointVisitor,
    window: DeltaWindow,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
  ): boolean {
    const turn = this.activity();
    window.walked[0] = turn;
    if (turn === window.base[0]) return false;
    this.#visit(visitor, startUnixMs, endUnixMs, exemplars, this.#value());
    return true;
  }

  absorb(other: LastValueSeries): void {
    this.record(other.#value());
  }

  isUnchangedSince(window: DeltaWindow): boolean {
    return this.activity() === window.walked[0];
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
    return this.chunk[this.offset + at.value] as number;
  }
}

const view = new NumberView();
