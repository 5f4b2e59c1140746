/**
 * How many different texts there were, at constant memory: exact for the first thousand, estimated from then on.
 *
 * Texts are not kept, only 64 bits of hash of each.
 */
import { HyperLogLog } from './hyperloglog.js';

/** Different texts that are counted exactly. */
export const exactUntil = 1_024;

/** A set of which only the size is known. */
export class DistinctCounter {
  /** Hashes as one number, 53 bits of them; `undefined` once there were too many. */
  #exact: Set<number> | undefined = new Set();
  readonly #sketch = new HyperLogLog();

  add(text: string): void {
    hash(text);
    this.#sketch.add(high, low);
    this.#keep(high * 2 ** 21 + (low >>> 11));
  }

  /** Takes in all of another one. */
  merge(other: DistinctCounter): void {
    this.#sketch.merge(other.#sketch);
    if (other.#exact === undefined) this.#exact = undefined;
    else for (const key of other.#exact) this.#keep(key);
  }

  /** Exact up to `exactUntil`; from then on within about 1.6 % (standard error), a whole number. */
  count(): number {
    return this.#exact?.size ?? Math.round(this.#sketch.estimate());
  }

  clear(): void {
    this.#exact = new Set();
    this.#sketch.clear();
  }

  #keep(key: number): void {
    if (this.#exact === undefined) return;
    this.#exact.add(key);
    if (this.#exact.size > exactUntil) this.#exact = undefined;
  }
}

/** The last hash: two words of 32 bits, in two variables so that nothing is allocated. */
let high = 0;
let low = 0;

/** Two multiplicative hashes of the UTF-16 units with different multipliers, each mixed with the other at the end. */
function hash(text: string): void {
  let one = 0x9e3779b9 ^ text.length;
  let two = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    one ^= one >>> 15;
    two = Math.imul(two + unit, 0x2c1b3c6d);
    two ^= two >>> 13;
  }
  high = mixed(one ^ Math.imul(two, 0x27d4eb2f));
  low = mixed(two + Math.imul(high, 0x165667b1));
}

/** Spreads every bit over all of them. */
function mixed(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
