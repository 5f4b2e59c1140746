/**
 * Count of distinct texts at constant memory: exact up to 1,024 texts, estimated above.
 *
 * Only a 64-bit hash of each text is kept.
 */
import { HyperLogLog } from './hyperloglog.js';

/** Maximum number of distinct texts that are counted exactly. */
export const maxExactCount = 1_024;

/** DistinctCounter counts the distinct texts that were added to it. */
export class DistinctCounter {
  /** 53 bits of each hash; `undefined` once there are more than `maxExactCount`. */
  #exact: Set<number> | undefined = new Set();
  readonly #sketch = new HyperLogLog();

  add(text: string): void {
    hash(text);
    this.#sketch.add(high, low);
    this.#addExact(high * 2 ** 21 + (low >>> 11));
  }

  /** Adds all texts of another counter. */
  merge(other: DistinctCounter): void {
    this.#sketch.merge(other.#sketch);
    if (other.#exact === undefined) this.#exact = undefined;
    else for (const key of other.#exact) this.#addExact(key);
  }

  /** Returns a whole number: exact up to `maxExactCount`, above with a standard error of about 1.6 %. */
  count(): number {
    return this.#exact?.size ?? Math.round(this.#sketch.estimate());
  }

  clear(): void {
    this.#exact = new Set();
    this.#sketch.clear();
  }

  #addExact(key: number): void {
    if (this.#exact === undefined) return;
    this.#exact.add(key);
    if (this.#exact.size > maxExactCount) this.#exact = undefined;
  }
}

/** The last hash: two 32-bit words, in two variables so that `hash` allocates nothing. */
let high = 0;
let low = 0;

/** Computes two multiplicative hashes of the UTF-16 code units with different multipliers, and mixes them at the end. */
function hash(text: string): void {
  let first = 0x9e3779b9 ^ text.length;
  let second = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    first ^= first >>> 15;
    second = Math.imul(second + unit, 0x2c1b3c6d);
    second ^= second >>> 13;
  }
  high = mix(first ^ Math.imul(second, 0x27d4eb2f));
  low = mix(second + Math.imul(high, 0x165667b1));
}

/** Makes every output bit depend on every input bit. */
function mix(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
