/** Numbers of 64 bits as two words of 32, without `BigInt`, which would allocate for each. */

const word = 2 ** 32;
const halfWord = 2 ** 16;

/** The upper word of a number in two's complement, its fraction cut off; the lower one is `value >>> 0`. */
export function highWord(value: number): number {
  return Math.floor(Math.trunc(value) / word) >>> 0;
}

/** Writes counts as `fixed64`; they are whole and not negative. */
export function setCounts(view: DataView, at: number, counts: Float64Array, from: number, length: number): void {
  let place = at;
  for (let index = from; index < from + length; index++) {
    const count = counts[index] as number;
    view.setUint32(place, count >>> 0, true);
    view.setUint32(place + 4, count < word ? 0 : highWord(count), true);
    place += 8;
  }
}

/**
 * A time in nanoseconds since 1970-01-01 UTC. Exact for whole milliseconds, which as nanoseconds are more than a number
 * can count. Keeps the time that was set last, since points of one collection have few different ones.
 */
export class UnixNanoseconds {
  low = 0;
  high = 0;
  #unixMs = 0;

  /** @param unixMs milliseconds; times before 1970 count as 1970, as the field has no sign. */
  set(unixMs: number): this {
    if (unixMs === this.#unixMs) return this;
    this.#unixMs = unixMs;
    const positiveMs = unixMs > 0 ? unixMs : 0;
    const seconds = Math.floor(positiveMs / 1_000);
    const nanoseconds = Math.round((positiveMs - seconds * 1_000) * 1e6);
    // Halves of the seconds, each of which is exact when it is multiplied.
    const upper = Math.floor(seconds / halfWord) * 1e9;
    const lower = (seconds % halfWord) * 1e9 + nanoseconds + (upper % halfWord) * halfWord;
    this.low = lower >>> 0;
    this.high = (Math.floor(upper / halfWord) + Math.floor(lower / word)) >>> 0;
    return this;
  }
}
