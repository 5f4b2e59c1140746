/** Access control under load and over time: floods of passwords, and times that must not reveal user names. */
import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import { type AccessRules, createAccessControl } from '../../../../src/backends/prometheus/security/access-control.js';

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Returns the decision on a request with an `Authorization` header. */
function accessBy(rules: AccessRules) {
  const access = createAccessControl(rules);
  if (access === undefined) throw new Error('the rules require nothing');
  return { decide: (authorization: string) => access.decide({ headers: { authorization } }) };
}

test('rejects a flood of passwords, and still admits cached credentials', async () => {
  const { decide } = accessBy({ users: { alice: hashSync('wonderland', 4) } });
  expect(await decide(basic('alice', 'wonderland'))).toBe('admitted');
  const flood = Array.from({ length: 500 }, (_, i) => decide(basic('alice', `guess ${i}`)));
  expect(await decide(basic('alice', 'wonderland'))).toBe('admitted');
  const decisions = await Promise.all(flood);
  expect(decisions.filter((decision) => decision === 'unauthorized')).toHaveLength(258);
  expect(decisions.filter((decision) => decision === 'busy')).toHaveLength(242);
});

/** Returns the mean milliseconds per attempt. The attempts alternate, so that load slows all of them alike. */
async function meansOf(
  access: ReturnType<typeof accessBy>,
  attempts: readonly ((i: number) => string)[],
  rounds: number,
) {
  const sums = attempts.map(() => 0);
  for (let i = 0; i < rounds; i++) {
    for (const [which, attempt] of attempts.entries()) {
      const began = performance.now();
      expect(await access.decide(attempt(i))).toBe('unauthorized');
      sums[which] = (sums[which] as number) + performance.now() - began;
    }
  }
  return sums.map((sum) => sum / rounds);
}

/** Measures up to three times until the ratio is within bounds: a systematic difference is out of bounds every time. */
async function ratioOf(measure: () => Promise<number>): Promise<number> {
  let ratio = Number.NaN;
  for (let i = 0; i < 3 && !(ratio > 0.8 && ratio < 1.25); i++) ratio = await measure();
  return ratio;
}

test.each([
  ['bcrypt', hashSync('wonderland', 9)],
  ['scrypt', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI'],
])('with %s, an unknown user takes as long as a wrong password', async (_, hash) => {
  const access = accessBy({ users: { alice: hash } });
  const ratio = await ratioOf(async () => {
    const names = [
      (i: number) => basic(`eve${i}`, 'guess'),
      (i: number) => basic('alice', `guess ${i} ${Math.random()}`),
    ];
    const [unknown = 0, known = 1] = await meansOf(access, names, 15);
    return unknown / known;
  });
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.25);
});

test('with hashes of different cost, a refusal takes equally long for every name', async () => {
  const salted = (ln: number) =>
    `$scrypt$ln=${ln},r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI`;
  const access = accessBy({ users: { cheap: salted(10), expensive: salted(14), bcrypt: hashSync('wonderland', 8) } });
  const names = ['cheap', 'expensive', 'bcrypt', 'unknown'];
  const ratio = await ratioOf(async () => {
    const attempts = names.map((name) => (i: number) => basic(name, `guess ${i} ${Math.random()}`));
    const means = await meansOf(access, attempts, 15);
    return Math.max(...means) / Math.min(...means);
  });
  expect(ratio).toBeLessThan(1.25);
});
