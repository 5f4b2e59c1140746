/**
 * Hashes to compute for one attempt to authenticate, so that a refusal takes equally long for every user name.
 *
 * If users have hashes of different cost, the time of a refusal would reveal which names exist. An attempt therefore
 * computes one hash of each cost: the hash of the user, and decoys of the other costs.
 */
import { decoyHashOf, hashCostOf, verifyPassword } from './passwords.js';

/** Returns the hashes to compute, the hash of the user first; only decoys for an unknown user. */
export type HashesToCompute = (hash: string | undefined) => readonly string[];

/** Creates the function for the configured hashes, which are valid. */
export function equalizeCost(hashes: readonly string[]): HashesToCompute {
  const decoys = new Map(hashes.map((hash) => [hashCostOf(hash), decoyHashOf(hash)]));
  return (hash) => {
    if (hash === undefined) return [...decoys.values()];
    const own = hashCostOf(hash);
    return [hash, ...[...decoys].flatMap(([cost, decoy]) => (cost === own ? [] : [decoy]))];
  };
}

/** Reports whether `password` has the first one of `hashes`. Computes all of them unless it has. */
export async function verifyEqualized(password: string, hashes: readonly string[]): Promise<boolean> {
  for (const [index, hash] of hashes.entries()) {
    if ((await verifyPassword(password, hash)) && index === 0) return true;
  }
  return false;
}
