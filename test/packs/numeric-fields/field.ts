/** A numeric field of a verb, with its range, and how it is recorded. */
import type { EveryPack } from '../every-pack.js';
import type { Range } from '../value-ranges.js';

export type Field = [
  field: string,
  range: Range,
  record: (packs: EveryPack, value: never) => void,
  /** The family that the field feeds. */
  metric: string,
  /** Returns the value of a gauge after a value was recorded; the same value by default. */
  shows?: (value: number) => number,
];
