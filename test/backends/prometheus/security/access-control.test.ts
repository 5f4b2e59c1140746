import { hashSync } from 'bcryptjs';
import type { MetricsError } from 'otelier';
import { describe, expect, test } from 'vitest';
import {
  type AccessRequest,
  type AccessRules,
  createAccess,
} from '../../../../src/backends/prometheus/security/access.js';

const users = { alice: hashSync('wonderland', 4), bob: hashSync('builder', 4), 'jürgen 😀': hashSync('pässword:x', 4) };
const bearerTokens = { ci: 'token-of-the-ci-0123', grafana: 'dG9rZW4gb2YgZ3JhZmFuYQ==' };

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const requestWith = (authorization?: string): AccessRequest => ({
  headers: authorization === undefined ? {} : { authorization },
  method: 'GET',
  url: '/metrics',
  remoteAddress: '127.0.0.1',
});

function accessBy(rules: AccessRules) {
  const access = createAccess(rules);
  if (access === undefined) throw new Error('nothing is required');
  return { ...access, admits: (authorization?: string) => access.admits(requestWith(authorization)) };
}

test.each([{}, { users: {} }, { users: {}, bearerTokens: {} }, { check: undefined }])(
  '%j requires nothing',
  (rules) => {
    expect(createAccess(rules)).toBeUndefined();
  },
);

test.each([
  ['no header', undefined, 'unauthorized'],
  ['a right password', basic('alice', 'wonderland'), 'admitted'],
  ['the scheme in capitals', basic('alice', 'wonderland').replace('Basic', 'BASIC'), 'admitted'],
  ['characters beyond ASCII, and a colon in the password', basic('jürgen 😀', 'pässword:x'), 'admitted'],
  ['a wrong password', basic('alice', 'builder'), 'unauthorized'],
  ['no password', basic('alice', ''), 'unauthorized'],
  ['a password that is longer', basic('alice', 'wonderland '), 'unauthorized'],
  ['an unknown user', basic('eve', 'wonderland'), 'unauthorized'],
  ['a user in other case', basic('Alice', 'wonderland'), 'unauthorized'],
  ['a property of every object', basic('__proto__', ''), 'unauthorized'],
  ['another property of every object', basic('constructor', 'x'), 'unauthorized'],
  ['nobody', basic('', ''), 'unauthorized'],
  ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`, 'unauthorized'],
  ['no base64', 'Basic alice:wonderland', 'unauthorized'],
  ['bytes that are no UTF-8', `Basic ${Buffer.from('616c6963653aff', 'hex').toString('base64')}`, 'unauthorized'],
  ['nothing behind the scheme', 'Basic ', 'unauthorized'],
  ['a hash as its password', basic('alice', users.alice), 'unauthorized'],
  ['a token', 'Bearer token-of-the-ci-0123', 'admitted'],
  ['the other token', 'bearer dG9rZW4gb2YgZ3JhZmFuYQ==', 'admitted'],
  ['an unknown token', 'Bearer token-of-the-ci-0124', 'unauthorized'],
  ['part of a token', 'Bearer token-of-the-ci', 'unauthorized'],
  ['the name of a token', 'Bearer ci', 'unauthorized'],
  ['two tokens', 'Bearer token-of-the-ci-0123 token-of-the-ci-0123', 'unauthorized'],
  ['a token as a password', basic('ci', 'token-of-the-ci-0123'), 'unauthorized'],
  ['another scheme', 'Digest username="alice"', 'unauthorized'],
  ['a long header', `Basic ${'QUFB'.repeat(4000)}`, 'unauthorized'],
])('%s is answered with %j: %s', async (_, authorization, verdict) => {
  expect(await accessBy({ users, bearerTokens }).admits(authorization)).toBe(verdict);
});

test('only what is configured can be used', async () => {
  expect(await accessBy({ users }).admits('Bearer token-of-the-ci-0123')).toBe('unauthorized');
  expect(await accessBy({ bearerTokens }).admits(basic('alice', 'wonderland'))).toBe('unauthorized');
});

test('challenges name what is configured, and nothing of a request', () => {
  const both = ['Basic realm="metrics", charset="UTF-8"', 'Bearer realm="metrics"'];
  expect(accessBy({ users, bearerTokens }).challenges).toEqual(both);
  expect(accessBy({ users }).challenges).toEqual(both.slice(0, 1));
  expect(accessBy({ bearerTokens }).challenges).toEqual(both.slice(1));
  expect(accessBy({ check: () => true }).challenges).toEqual([]);
});

test('a pair that was refused is no key to another (CVE-2022-46146)', async () => {
  const { admits } = accessBy({ users });
  const hash = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
  expect(await admits(basic('alice', `${hash}fakepassword`))).toBe('unauthorized');
  expect(await admits(basic(`alice${hash}`, 'fakepassword'))).toBe('unauthorized');
  expect(await admits(basic('alice', 'wonderland'))).toBe('admitted');
  expect(await admits(basic('alicewonderland', ''))).toBe('unauthorized');
  expect(await admits(basic('alic', 'e:wonderland'))).toBe('unauthorized');
});

test('users are those of the moment it was created', async () => {
  const changing: Record<string, string> = { alice: users.alice };
  const { admits } = accessBy({ users: changing });
  changing['bob'] = users.bob;
  expect(await admits(basic('bob', 'builder'))).toBe('unauthorized');
});

describe('a check', () => {
  test.each<[string, () => unknown, string]>([
    ['that says true', () => true, 'admitted'],
    ['that promises true', async () => true, 'admitted'],
    ['that says false', () => false, 'forbidden'],
    ['that promises false', async () => false, 'forbidden'],
    ['that says something else', () => 'yes', 'forbidden'],
    ['that says nothing', () => undefined, 'forbidden'],
    [
      'that throws',
      () => {
        throw new Error('out of order');
      },
      'forbidden',
    ],
    ['that rejects', () => Promise.reject(new Error('out of order')), 'forbidden'],
    ['that never answers', () => new Promise(() => {}), 'forbidden'],
    ['that rejects too late', () => new Promise((_, reject) => setTimeout(reject, 40)), 'forbidden'],
  ])('%s', async (_, check, verdict) => {
    const access = accessBy({ check: check as () => boolean, checkTimeoutMs: 20 });
    expect(await access.admits()).toBe(verdict);
  });

  test('is asked after the credentials, with the request', async () => {
    const asked: AccessRequest[] = [];
    const check = (request: AccessRequest) => asked.push(request) > 0;
    const access = createAccess({ users, check });
    expect(await access?.admits(requestWith(basic('alice', 'builder')))).toBe('unauthorized');
    expect(asked).toEqual([]);
    const request = { ...requestWith(basic('alice', 'wonderland')), clientCertificateSubject: 'CN=scraper' };
    expect(await access?.admits(request)).toBe('admitted');
    expect(asked).toEqual([request]);
  });
});

test('a scraper pays for the hash once', async () => {
  const { admits } = accessBy({ users: { alice: hashSync('wonderland', 11) } });
  const timed = async () => {
    const began = performance.now();
    expect(await admits(basic('alice', 'wonderland'))).toBe('admitted');
    return performance.now() - began;
  };
  const firstMs = await timed();
  const laterMs = Math.min(await timed(), await timed(), await timed());
  expect(laterMs).toBeLessThan(firstMs / 10);
});

test('a flood of passwords is refused in time, and who was admitted before is still', async () => {
  const { admits } = accessBy({ users: { alice: hashSync('wonderland', 4) } });
  expect(await admits(basic('alice', 'wonderland'))).toBe('admitted');
  const flood = Array.from({ length: 200 }, (_, i) => admits(basic('alice', `guess ${i}`)));
  expect(await admits(basic('alice', 'wonderland'))).toBe('admitted');
  const verdicts = await Promise.all(flood);
  expect(verdicts.filter((verdict) => verdict === 'unauthorized')).toHaveLength(66);
  expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(134);
});

/** Mean milliseconds of attempts, taken in turns so that a busy machine slows both alike. */
async function meansOf(
  access: ReturnType<typeof accessBy>,
  attempts: readonly ((i: number) => string)[],
  rounds: number,
) {
  const sums = attempts.map(() => 0);
  for (let i = 0; i < rounds; i++) {
    for (const [which, attempt] of attempts.entries()) {
      const began = performance.now();
      expect(await access.admits(attempt(i))).toBe('unauthorized');
      sums[which] = (sums[which] as number) + performance.now() - began;
    }
  }
  return sums.map((sum) => sum / rounds);
}

/** Whether any of three tries has its ratio within bounds: one that is off is off in all of them. */
async function ratioOf(measure: () => Promise<number>): Promise<number> {
  let ratio = Number.NaN;
  for (let i = 0; i < 3 && !(ratio > 0.8 && ratio < 1.25); i++) ratio = await measure();
  return ratio;
}

test.each([
  ['bcrypt', hashSync('wonderland', 9)],
  ['scrypt', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI'],
])('with %s an unknown user takes as long as a wrong password', async (_, hash) => {
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

test('where costs differ an unknown name has one of them, and always the same', async () => {
  const salted = (ln: number) =>
    `$scrypt$ln=${ln},r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI`;
  const mixed = { cheap: salted(2), dear: salted(13) };
  const { admits } = accessBy({ users: mixed });
  let guesses = 0;
  /** The shortest of some attempts: others are slowed by what else the machine does. */
  const timeOf = async (name: string) => {
    const times: number[] = [];
    for (let i = 0; i < 4; i++) {
      const began = performance.now();
      await admits(basic(name, `guess ${guesses++}`));
      times.push(performance.now() - began);
    }
    return Math.min(...times);
  };
  const between = (await timeOf('cheap')) / 2 + (await timeOf('dear')) / 2;
  const names = Array.from({ length: 20 }, (_, i) => `eve${i}`);
  const slow: boolean[] = [];
  for (const name of names) slow.push((await timeOf(name)) > between);
  expect(new Set(slow).size).toBe(2);
  for (const [i, name] of names.entries()) expect((await timeOf(name)) > between).toBe(slow[i]);
});

test.each<[string, AccessRules]>([
  ['plain text', { users: { alice: 'CANARY' } }],
  ['a name with a colon', { users: { 'CANARY:': users.alice } }],
  ['no name', { users: { '': users.alice } }],
  ['no text', { users: { alice: 7 as unknown as string } }],
  ['a short token', { bearerTokens: { ci: 'CANARY' } }],
  ['a token that no header can carry', { bearerTokens: { ci: 'CANARY CANARY CANARY' } }],
  ['a token in place of its name', { bearerTokens: { 'CANARY-CANARY-CANARY': 'ci' } }],
  ['an empty token', { bearerTokens: { 'CANARY-CANARY-CANARY': '' } }],
])('%s throws, and is not in the message', (_, rules) => {
  let error: MetricsError | undefined;
  try {
    createAccess(rules);
  } catch (thrown) {
    error = thrown as MetricsError;
  }
  expect(error).toMatchObject({ code: 'METRICS_OPTIONS_INVALID', problems: [{}] });
  expect(`${error?.stack}${JSON.stringify(error?.problems)}`).not.toContain('CANARY');
});
