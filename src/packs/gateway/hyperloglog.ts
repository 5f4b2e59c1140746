/**
 * HyperLogLog: how many different hashes there were, in 4 KiB.
 *
 * Flajolet, Fusy, Gandouet, Meunier (2007), with the estimator of Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (2017), which has no bias at small and middle counts to be corrected.
 */

const precision = 12;
const registers = 2 ** precision;
/** Bits that the position of the first 1 is looked for in. */
const restBits = 32;

/** Standard error of an estimate, as a share of it. */
export const standardError = 1.04 / Math.sqrt(registers);

/** A sketch of a set. */
export class HyperLogLog {
  readonly #ranks = new Uint8Array(registers);

  /** Enters a hash, given as two words of 32 bits. */
  add(high: number, low: number): void {
    const register = high >>> (32 - precision);
    const rank = Math.clz32(low) + 1;
    if (rank > (this.#ranks[register] as number)) this.#ranks[register] = rank;
  }

  /** The union with another sketch. */
  merge(other: HyperLogLog): void {
    for (const [register, rank] of other.#ranks.entries()) {
      if (rank > (this.#ranks[register] as number)) this.#ranks[register] = rank;
    }
  }

  /** How many different hashes were entered, about. */
  estimate(): number {
    const counts = new Uint32Array(restBits + 2);
    for (const rank of this.#ranks) (counts[rank] as number)++;
    const [empty = 0, ...others] = counts;
    if (empty === registers) return 0;
    const full = others.pop() ?? 0;
    let sum = registers * tau(1 - full / registers);
    for (const count of others.reverse()) sum = (sum + count) / 2;
    sum += registers * sigma(empty / registers);
    return registers ** 2 / (2 * Math.LN2 * sum);
  }

  clear(): void {
    this.#ranks.fill(0);
  }
}

/** What the registers that are still empty stand for (Ertl, section 4.3). */
function sigma(share: number): number {
  let [power, weight, sum, before] = [share, 1, share, Number.NaN];
  while (sum !== before) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** What the registers that are full stand for (Ertl, section 4.3). */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [root, weight, sum, before] = [share, 1, 1 - share, Number.NaN];
  while (sum !== before) {
    before = sum;
    root = Math.sqrt(root);
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}
