/**
 * HyperLogLog: an estimate of the number of distinct hashes, in 4 KiB.
 *
 * Flajolet, Fusy, Gandouet, Meunier (2007), with the estimator of Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (2017), which needs no bias correction at small and medium counts.
 */

const precision = 12;
const registers = 2 ** precision;
/** Number of hash bits that determine the rank: the position of the first 1. */
const rankBits = 32;

/** Relative standard error of an estimate. */
export const standardError = 1.04 / Math.sqrt(registers);

/** HyperLogLog is a sketch of a set of hashes. */
export class HyperLogLog {
  readonly #ranks = new Uint8Array(registers);

  /** Adds a hash, given as two 32-bit words. */
  add(high: number, low: number): void {
    const register = high >>> (32 - precision);
    const rank = Math.clz32(low) + 1;
    if (rank > (this.#ranks[register] as number)) this.#ranks[register] = rank;
  }

  /** Adds all hashes of another sketch. */
  merge(other: HyperLogLog): void {
    for (const [register, rank] of other.#ranks.entries()) {
      if (rank > (this.#ranks[register] as number)) this.#ranks[register] = rank;
    }
  }

  /** Returns the approximate number of distinct hashes. */
  estimate(): number {
    const counts = new Uint32Array(rankBits + 2);
    for (const rank of this.#ranks) (counts[rank] as number)++;
    const [empty = 0, ...ranked] = counts;
    if (empty === registers) return 0;
    const saturated = ranked.pop() ?? 0;
    let sum = registers * tau(1 - saturated / registers);
    for (const count of ranked.reverse()) sum = (sum + count) / 2;
    sum += registers * sigma(empty / registers);
    return registers ** 2 / (2 * Math.LN2 * sum);
  }

  clear(): void {
    this.#ranks.fill(0);
  }
}

/** Computes the contribution of empty registers from their share (Ertl, section 4.3). */
function sigma(share: number): number {
  let [power, weight, sum, previous] = [share, 1, share, Number.NaN];
  while (sum !== previous) {
    previous = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** Computes the contribution of saturated registers from the share of all other registers (Ertl, section 4.3). */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [root, weight, sum, previous] = [share, 1, 1 - share, Number.NaN];
  while (sum !== previous) {
    previous = sum;
    root = Math.sqrt(root);
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}
