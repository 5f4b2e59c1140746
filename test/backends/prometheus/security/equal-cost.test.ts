import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { equalizeCost, verifyEqualized } from '../../../../src/backends/prometheus/security/equal-cost.js';
import { hashCostOf, isPasswordHash } from '../../../../src/backends/prometheus/security/passwords.js';

const scrypt = (ln: number, r = 8) =>
  `$scrypt$ln=${ln},r=${r},p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI`;
const bcrypt = (cost: number) => hashSync('right', cost);

describe.each([
  ['one cost', [bcrypt(4), bcrypt(4).replace('$2b$', '$2y$')], 1],
  ['two costs of bcrypt', [bcrypt(4), bcrypt(5), bcrypt(5)], 2],
  ['two costs of scrypt', [scrypt(2), scrypt(3), scrypt(3, 16)], 3],
  ['both algorithms', [bcrypt(4), scrypt(2), bcrypt(5)], 3],
])('with %s', (_, hashes, costs) => {
  test('an attempt computes the same costs for every user and for unknown ones', () => {
    const hashesToCompute = equalizeCost(hashes);
    const computed = [...hashes, undefined].map((hash) => hashesToCompute(hash).map(hashCostOf).toSorted());
    expect(new Set(computed.map(String)).size).toBe(1);
    expect(computed[0]).toHaveLength(costs);
    for (const hash of hashes) expect(hashesToCompute(hash)[0]).toBe(hash);
  });

  test('only the hash of the user decides', async () => {
    const hashesToCompute = equalizeCost(hashes);
    for (const hash of [...hashes, undefined]) {
      const computed = hashesToCompute(hash);
      expect(computed.every(isPasswordHash)).toBe(true);
      expect(await verifyEqualized('wrong', computed)).toBe(false);
      if (hash?.startsWith('$2')) expect(await verifyEqualized('right', computed)).toBe(true);
      if (hash === undefined) expect(await verifyEqualized('right', computed)).toBe(false);
    }
  });
});

test('a match of another hash than the first one does not count', async () => {
  expect(await verifyEqualized('right', [scrypt(2), bcrypt(4)])).toBe(false);
});
