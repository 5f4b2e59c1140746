/** Interface that the four aggregations share: the state of one attribute set of one stream. */
import type { Attributes } from '@opentelemetry/api';
import type { Exemplar, PointVisitor, SeriesKey } from '../model/points.js';
import type { ExemplarSlots } from './exemplars.js';
import type { Cell, Memory } from './memory.js';

/** State of one attribute set. Its values are in its cell. */
export interface Series extends Cell, SeriesKey {
  chunk: Float64Array;
  /** Frozen, and the same object at every collection. */
  readonly attributes: Attributes;
  /** Assigned by the stream when the series is first visited; -1 before. */
  index: number;
  /** Undefined if the series cannot have exemplars. */
  exemplars: ExemplarSlots | undefined;
  /** Number of exemplars that a series of this kind holds. */
  readonly exemplarSlots: number;
  /** Number of attributes. */
  readonly width: number;
  /** Start of the series, milliseconds since 1970-01-01 UTC. */
  startUnixMs: number;
  /**
   * Adds a measurement.
   *
   * @param value finite number that the instrument accepts.
   * @param given attributes of the measurement, read only if an exemplar is sampled.
   */
  record(value: number, given?: Attributes): void;
  /** Adds an observation of a callback: replaces the value, or adds to earlier observations of the same run. */
  observe(value: number, adds: boolean): void;
  /** Returns a number that changes with every recording, to detect idle series. */
  activity(): number;
  visitCumulative(visitor: PointVisitor, endUnixMs: number, exemplars: readonly Exemplar[]): void;
  /**
   * Visits what was recorded since the base of the window, and stores in the window what it visited. Returns `false`
   * if nothing was recorded.
   */
  visitDelta(
    visitor: PointVisitor,
    window: DeltaWindow,
    startUnixMs: number,
    endUnixMs: number,
    exemplars: readonly Exemplar[],
  ): boolean;
  /** Adds the state of a series of the same aggregation. */
  absorb(other: Series): void;
  /** True if nothing was recorded since the window was last visited. */
  isUnchangedSince(window: DeltaWindow): boolean;
  /** Returns a window whose base is the start of the series. */
  openWindow(): DeltaWindow;
  /** Returns the cell to its memory. */
  release(memory: Memory): void;
}

/**
 * Progress of one delta reader on one series.
 *
 * `base` is the state that the reader accepted last, `walked` the state that it was last shown. An accepted walk makes
 * `walked` the new base. Otherwise the base stays, so the next walk includes what was not accepted.
 */
export interface DeltaWindow {
  /** True if a decrease counts as a reset: the whole value is then the difference. */
  resetOnDecrease: boolean;
  /** Number of the walk that set `walked`. */
  epoch: number;
  base: Float64Array;
  walked: Float64Array;
  /** Smallest and largest value since the last walk; infinite without values. */
  minimum: number;
  maximum: number;
  /** Smallest and largest value that were walked and not accepted yet. */
  walkedMinimum: number;
  walkedMaximum: number;
}

/** Returns a window over `size` numbers. */
export function deltaWindow(size: number): DeltaWindow {
  return {
    resetOnDecrease: false,
    epoch: -1,
    base: new Float64Array(size),
    walked: new Float64Array(size),
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    walkedMinimum: Number.POSITIVE_INFINITY,
    walkedMaximum: Number.NEGATIVE_INFINITY,
  };
}

/** Advances the base of a window to the state that was walked. */
export function acceptWindow(window: DeltaWindow): void {
  window.base.set(window.walked);
  window.walkedMinimum = Number.POSITIVE_INFINITY;
  window.walkedMaximum = Number.NEGATIVE_INFINITY;
}

/** Clamps a sum that overflowed to the largest finite number: exported values are always finite. */
export function finite(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
