import { hashSync } from 'bcryptjs';
import type { MetricsError } from 'otelier';
import { describe, expect, test } from 'vitest';
import {
  type AccessRequest,
  type AccessRules,
  createAccessControl,
} from '../../../../src/backends/prometheus/security/access-control.js';

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
  const access = createAccessControl(rules);
  if (access === undefined) throw new Error('the rules require nothing');
  return { ...access, decide: (authorization?: string) => access.decide(requestWith(authorization)) };
}

test.each([{}, { users: {} }, { users: {}, bearerTokens: {} }, { check: undefined }])(
  '%j requires nothing',
  (rules) => {
    expect(createAccessControl(rules)).toBeUndefined();
  },
);

test.each([
  ['no header', undefined, 'unauthorized'],
  ['a correct password', basic('alice', 'wonderland'), 'admitted'],
  ['the scheme in capitals', basic('alice', 'wonderland').replace('Basic', 'BASIC'), 'admitted'],
  ['characters beyond ASCII, and a colon in the password', basic('jürgen 😀', 'pässword:x'), 'admitted'],
  ['a wrong password', basic('alice', 'builder'), 'unauthorized'],
  ['no password', basic('alice', ''), 'unauthorized'],
  ['a password with a trailing space', basic('alice', 'wonderland '), 'unauthorized'],
  ['an unknown user', basic('eve', 'wonderland'), 'unauthorized'],
  ['a user in different case', basic('Alice', 'wonderland'), 'unauthorized'],
  ['an inherited property name', basic('__proto__', ''), 'unauthorized'],
  ['another inherited property name', basic('constructor', 'x'), 'unauthorized'],
  ['an empty user and password', basic('', ''), 'unauthorized'],
  ['credentials without a colon', `Basic ${Buffer.from('alice').toString('base64')}`, 'unauthorized'],
  ['invalid base64', 'Basic alice:wonderland', 'unauthorized'],
  ['invalid UTF-8', `Basic ${Buffer.from('616c6963653aff', 'hex').toString('base64')}`, 'unauthorized'],
  ['a scheme without credentials', 'Basic ', 'unauthorized'],
  ['a hash as the password', basic('alice', users.alice), 'unauthorized'],
  ['a token', 'Bearer token-of-the-ci-0123', 'admitted'],
  ['another token', 'bearer dG9rZW4gb2YgZ3JhZmFuYQ==', 'admitted'],
  ['an unknown token', 'Bearer token-of-the-ci-0124', 'unauthorized'],
  ['part of a token', 'Bearer token-of-the-ci', 'unauthorized'],
  ['the name of a token', 'Bearer ci', 'unauthorized'],
  ['two tokens', 'Bearer token-of-the-ci-0123 token-of-the-ci-0123', 'unauthorized'],
  ['a token as a password', basic('ci', 'token-of-the-ci-0123'), 'unauthorized'],
  ['another scheme', 'Digest username="alice"', 'unauthorized'],
  ['a long header', `Basic ${'QUFB'.repeat(4000)}`, 'unauthorized'],
])('decides on %s (%j): %s', async (_, authorization, decision) => {
  expect(await accessBy({ users, bearerTokens }).decide(authorization)).toBe(decision);
});

test('accepts configured schemes only', async () => {
  expect(await accessBy({ users }).decide('Bearer token-of-the-ci-0123')).toBe('unauthorized');
  expect(await accessBy({ bearerTokens }).decide(basic('alice', 'wonderland'))).toBe('unauthorized');
});

test('challenges name the configured schemes', () => {
  const both = ['Basic realm="metrics", charset="UTF-8"', 'Bearer realm="metrics"'];
  expect(accessBy({ users, bearerTokens }).challenges).toEqual(both);
  expect(accessBy({ users }).challenges).toEqual(both.slice(0, 1));
  expect(accessBy({ bearerTokens }).challenges).toEqual(both.slice(1));
  expect(accessBy({ check: () => true }).challenges).toEqual([]);
});

test('a rejected pair does not admit another one (CVE-2022-46146)', async () => {
  const { decide } = accessBy({ users });
  const hash = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
  expect(await decide(basic('alice', `${hash}fakepassword`))).toBe('unauthorized');
  expect(await decide(basic(`alice${hash}`, 'fakepassword'))).toBe('unauthorized');
  expect(await decide(basic('alice', 'wonderland'))).toBe('admitted');
  expect(await decide(basic('alicewonderland', ''))).toBe('unauthorized');
  expect(await decide(basic('alic', 'e:wonderland'))).toBe('unauthorized');
});

test('ignores later changes of the users object', async () => {
  const changing: Record<string, string> = { alice: users.alice };
  const { decide } = accessBy({ users: changing });
  changing['bob'] = users.bob;
  expect(await decide(basic('bob', 'builder'))).toBe('unauthorized');
});

describe('a check', () => {
  test.each<[string, () => unknown, string]>([
    ['that returns true', () => true, 'admitted'],
    ['that resolves to true', async () => true, 'admitted'],
    ['that returns false', () => false, 'forbidden'],
    ['that resolves to false', async () => false, 'forbidden'],
    ['that returns another value', () => 'yes', 'forbidden'],
    ['that returns undefined', () => undefined, 'forbidden'],
    [
      'that throws',
      () => {
        throw new Error('out of order');
      },
      'forbidden',
    ],
    ['that rejects', () => Promise.reject(new Error('out of order')), 'forbidden'],
    ['that never settles', () => new Promise(() => {}), 'forbidden'],
    ['that rejects after its timeout', () => new Promise((_, reject) => setTimeout(reject, 40)), 'forbidden'],
  ])('%s', async (_, check, decision) => {
    const access = accessBy({ check: check as () => boolean, checkTimeoutMs: 20 });
    expect(await access.decide()).toBe(decision);
  });

  test('is called after the credentials were verified, with the request', async () => {
    const received: AccessRequest[] = [];
    const check = (request: AccessRequest) => received.push(request) > 0;
    const access = createAccessControl({ users, check });
    expect(await access?.decide(requestWith(basic('alice', 'builder')))).toBe('unauthorized');
    expect(received).toEqual([]);
    const request = { ...requestWith(basic('alice', 'wonderland')), clientCertificateSubject: 'CN=scraper' };
    expect(await access?.decide(request)).toBe('admitted');
    expect(received).toEqual([request]);
  });
});

test('computes the hash for a scraper once', async () => {
  const { decide } = accessBy({ users: { alice: hashSync('wonderland', 11) } });
  const timed = async () => {
    const began = performance.now();
    expect(await decide(basic('alice', 'wonderland'))).toBe('admitted');
    return performance.now() - began;
  };
  const firstMs = await timed();
  const laterMs = Math.min(await timed(), await timed(), await timed());
  expect(laterMs).toBeLessThan(firstMs / 10);
});

test('wrong passwords of many clients do not keep out a scraper', async () => {
  const access = createAccessControl({ users, limits: { concurrency: 1, maxQueued: 8 } });
  const decide = (remoteAddress: string, password: string) =>
    access?.decide({ ...requestWith(basic('alice', password)), remoteAddress });
  const flood = Array.from({ length: 50 }, (_, i) => decide(`192.0.2.${i % 5}`, `guess ${i}`));
  expect(await decide('198.51.100.1', 'wonderland')).toBe('admitted');
  const decisions = await Promise.all(flood);
  expect(new Set(decisions)).toEqual(new Set(['unauthorized', 'busy']));
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
])('throws for %s, without it in the message', (_, rules) => {
  let error: MetricsError | undefined;
  try {
    createAccessControl(rules);
  } catch (thrown) {
    error = thrown as MetricsError;
  }
  expect(error).toMatchObject({ code: 'METRICS_OPTIONS_INVALID', problems: [{}] });
  expect(`${error?.stack}${JSON.stringify(error?.problems)}`).not.toContain('CANARY');
});
