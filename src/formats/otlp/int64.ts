/** 64-bit numbers as two 32-bit words: a `BigInt` would be an allocation per number. */

const word = 2 ** 32;
const halfWord = 2 ** 16;

/** Returns the upper word of a number in two's complement, truncated. The lower word is `value >>> 0`. */
export function highWord(value: number): number {
  return Math.floor(Math.trunc(value) / word) >>> 0;
}

/** Writes counts, which are non-negative integers, as `fixed64`. */
export function setCounts(view: DataView, at: number, counts: Float64Array, from: number, length: number): void {
  let position = at;
  for (let index = from; index < from + length; index++) {
    const count = counts[index] as number;
    view.setUint32(position, count >>> 0, true);
    view.setUint32(position + 4, count < word ? 0 : highWord(count), true);
    position += 8;
  }
}

/**
 * Time in nanoseconds since 1970-01-01 UTC, exact for whole milliseconds although it exceeds the integers of a double.
 * It caches the last time, because the points of a collection have few distinct ones.
 */
export class UnixNanoseconds {
  low = 0;
  high = 0;
  #unixMs = 0;

  /** @param unixMs milliseconds; times before 1970 become 1970, because the field is unsigned. */
  set(unixMs: number): this {
    if (unixMs === this.#unixMs) return this;
    this.#unixMs = unixMs;
    const positiveMs = unixMs > 0 ? unixMs : 0;
    const seconds = Math.floor(positiveMs / 1_000);
    const nanoseconds = Math.round((positiveMs - seconds * 1_000) * 1e6);
    // Seconds are split into halves, so that each product is exact.
    const upper = Math.floor(seconds / halfWord) * 1e9;
    const lower = (seconds % halfWord) * 1e9 + nanoseconds + (upper % halfWord) * halfWord;
    this.low = lower >>> 0;
    this.high = (Math.floor(upper / halfWord) + Math.floor(lower / word)) >>> 0;
    return this;
  }
}
