/** What the four aggregations have in common, seen from outside: the state of one attribute set of one stream. */
import type { Attributes } from '@opentelemetry/api';
import type { Exemplar, PointVisitor, SeriesKey } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Cell, Memory } from './memory.js';

/** State of one attribute set; its cell is where the values are. */
export interface Series extends Cell, SeriesKey {
  chunk: Float64Array;
  /** Frozen, and the same object at every collection. */
  readonly attributes: Attributes;
  /** Assigned by the stream when the series is first visited; -1 before. */
  index: number;
  /** Takes exemplars; `undefined` where there cannot be any. */
  exemplars: ExemplarSlots | undefined;
  /** How many of them a series of this kind has. */
  readonly exemplarSlots: number;
  /** How many attributes there are. */
  readonly width: number;
  /** When it began to count, milliseconds since 1970-01-01 UTC. */
  startUnixMs: number;
  /** Adds a measurement. The value is a finite number that the instrument accepts. */
  record(value: number): void;
  /** Takes what a callback observed: the value replaces what was there, or adds to what the same run observed before. */
  observe(value: number, adds: boolean): void;
  /** Something that changes whenever the series is recorded to, for telling idle ones. */
  activity(): number;
  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void;
  /** Visits what was recorded since the window's base; `false` when that is nothing. Remembers what it visited. */
  visitDelta(
    visitor: PointVisitor,
    window: DeltaWindow,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
  ): boolean;
  /** Adds what a series of the same aggregation holds. */
  absorb(other: Series): void;
  /** Whether nothing was recorded since the window was walked. */
  isUnchangedSince(window: DeltaWindow): boolean;
  /** A window whose base is the beginning of the series. */
  openWindow(): DeltaWindow;
  /** Gives its cell back. */
  release(memory: Memory): void;
}

/**
 * What one delta reader has had of one series.
 *
 * `base` is what it accepted, `walked` what it was shown last. Base becomes what was walked once that is accepted, and
 * stays where it is otherwise: so what was not accepted is part of the next walk.
 */
export interface DeltaWindow {
  /** Whether a total that fell began anew, so that all of it is the difference. */
  fallsBack: boolean;
  /** The walk in which `walked` was shown. */
  epoch: number;
  base: Float64Array;
  walked: Float64Array;
  /** Smallest and largest value since the base; infinite when there is none. */
  minimum: number;
  maximum: number;
  /** The same, of what was walked and not accepted yet. */
  walkedMinimum: number;
  walkedMaximum: number;
}

/** A window over `size` numbers. */
export function deltaWindow(size: number): DeltaWindow {
  return {
    fallsBack: false,
    epoch: -1,
    base: new Float64Array(size),
    walked: new Float64Array(size),
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    walkedMinimum: Number.POSITIVE_INFINITY,
    walkedMaximum: Number.NEGATIVE_INFINITY,
  };
}

/** Makes the base of a window what was walked, because that was accepted. */
export function acceptWindow(window: DeltaWindow): void {
  window.base.set(window.walked);
  window.walkedMinimum = Number.POSITIVE_INFINITY;
  window.walkedMaximum = Number.NEGATIVE_INFINITY;
}

/** The largest number there is, where a sum went beyond it: what is shown is always finite. */
export function finite(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
