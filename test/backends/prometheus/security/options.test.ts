import { hashSync } from 'bcryptjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccessControl } from '../../../../src/backends/prometheus/security/access-control.js';
import { securityOptions } from '../../../../src/backends/prometheus/security/options.js';
import { hashPassword } from '../../../../src/backends/prometheus/security/passwords.js';
import { resolveOptions } from '../../../../src/options/resolve.js';

const bcrypt = hashSync('x', 4);
const scrypt = await hashPassword('x');
const token = 'token-of-the-ci-0123';

const resolve = (environment: Record<string, string>, input: Record<string, unknown> = {}) =>
  resolveOptions('prometheus.', securityOptions, input, environment);

const users = (text: string) => resolve({ OTELIER_PROMETHEUS_BASIC_AUTH_USERS: text });
const tokens = (text: string) => resolve({ OTELIER_PROMETHEUS_BEARER_TOKENS: text });

test('requires no authentication and permits no exposure by default', () => {
  const { values, problems, warnings } = resolve({});
  expect(values).toEqual({
    users: {},
    bearerTokens: {},
    check: undefined,
    tlsCertificateFile: undefined,
    tlsKeyFile: undefined,
    tlsClientCaFile: undefined,
    tlsMinVersion: 'TLSv1.2',
    webConfigFile: undefined,
    allowedHosts: [],
    allowUnprotected: false,
  });
  expect([...problems, ...warnings]).toEqual([]);
});

test.each([
  [`alice=${bcrypt}`, { alice: bcrypt }],
  [`alice=${bcrypt},bob=${bcrypt}`, { alice: bcrypt, bob: bcrypt }],
  [` alice = ${bcrypt} , bob=${scrypt} , `, { alice: bcrypt, bob: scrypt }],
  [`alice=${scrypt},bob=${scrypt},carol=${bcrypt}`, { alice: scrypt, bob: scrypt, carol: bcrypt }],
  [`a%20b=${encodeURIComponent(scrypt)},c%2Cd=${encodeURIComponent(bcrypt)}`, { 'a b': scrypt, 'c,d': bcrypt }],
])('parses users %j', (text, expected) => {
  const { values, settings } = users(text);
  expect(values.users).toEqual(expected);
  const shown = settings.find(({ name }) => name === 'prometheus.users')?.value;
  expect(shown).toBe(
    Object.keys(expected)
      .map((name) => `${name}=[redacted]`)
      .join(','),
  );
  expect(createAccessControl(values)).toBeDefined();
});

test('parses tokens and prints neither them nor their names', () => {
  const { values, settings } = tokens(`ci=${token}, grafana=dG9rZW4gb2YgZ3JhZmFuYQ==`);
  expect(values.bearerTokens).toEqual({ ci: token, grafana: 'dG9rZW4gb2YgZ3JhZmFuYQ==' });
  const shown = settings.find(({ name }) => name === 'prometheus.bearerTokens')?.value;
  expect(shown).toBe('[redacted],[redacted]');
});

test.each([
  ['users', 'CANARY'],
  ['users', 'alice:CANARY'],
  ['users', 'alice:CANARY=='],
  ['users', 'alice=CANARY'],
  ['users', 'CANARY=alice'],
  ['users', `alice=${bcrypt},bob=CANARY`],
  ['users', `alice=${bcrypt},CANARY`],
  ['users', `CANARY,alice=${bcrypt}`],
  ['users', `alice=${bcrypt},alice=${scrypt}`],
  ['users', `${bcrypt}=CANARY`],
  ['users', `=${bcrypt}`],
  ['users', `alice=${bcrypt.slice(0, -1)}`],
  ['users', `ali%ce=${bcrypt}`],
  ['users', ','],
  ['tokens', 'CANARY'],
  ['tokens', 'Q0FOQVJZ-CANARY-CANARY=='],
  ['tokens', 'ci=CANARY'],
  ['tokens', 'CANARY-CANARY-CANARY=ci'],
  ['tokens', 'CANARY-CANARY-CANARY='],
  ['tokens', `ci=${token},CANARY-CANARY-CANARY`],
  ['tokens', 'ci=CANARY CANARY CANARY CANARY'],
])('invalid %s %j are not printed, and prevent the endpoint from opening', (what, text) => {
  const { values, settings, warnings } = what === 'users' ? users(text) : tokens(text);
  let thrown = '';
  try {
    createAccessControl(values);
  } catch (error) {
    thrown = String(error);
  }
  expect(thrown).toContain('METRICS_OPTIONS_INVALID');
  const printed = JSON.stringify([settings, warnings, thrown]);
  for (const secret of ['CANARY', bcrypt, bcrypt.slice(10), scrypt]) expect(printed).not.toContain(secret);
});

test('any value of a variable is either used or prevents the endpoint from opening', () => {
  const pieces = fc.constantFrom('alice', 'bob', '=', ',', '$', bcrypt, scrypt, token, ' ', '%2C', '%', ':', 'é');
  const text = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      text.filter((raw) => raw.trim() !== ''),
      (raw) => {
        for (const { values, warnings } of [users(raw), tokens(raw)]) {
          expect(warnings).toEqual([]);
          let open = false;
          try {
            open = createAccessControl(values) === undefined;
          } catch {
            // Rejected.
          }
          expect(open).toBe(false);
        }
      },
    ),
  );
});

test.each<[string, unknown]>([
  ['users', { alice: 'CANARY' }],
  ['users', { 'CANARY:': bcrypt }],
  ['users', ['CANARY']],
  ['users', 'CANARY'],
  ['users', null],
  ['users', { alice: 3 }],
  ['bearerTokens', { ci: 'CANARY' }],
  ['bearerTokens', ['CANARY-CANARY-CANARY']],
  ['check', 'CANARY'],
  ['tlsKeyFile', '-----BEGIN PRIVATE KEY-----\nCANARY'],
  ['tlsKeyFile', ''],
  ['webConfigFile', 3],
  ['tlsMinVersion', 'TLSv1.1'],
  ['allowUnprotected', 'yes'],
])('%s of %j in code is a problem', (name, value) => {
  const { problems, settings } = resolve({}, { [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.where).toBe(`prometheus.${name}`);
  if (name !== 'check') expect(JSON.stringify([problems, settings])).not.toContain('CANARY');
});

test('keeps a key in place of its file name, and does not print it', () => {
  const { values, settings, warnings } = resolve({
    OTELIER_PROMETHEUS_TLS_KEY_FILE: '-----BEGIN PRIVATE KEY-----CANARY',
  });
  expect(values.tlsKeyFile).toContain('CANARY');
  expect(JSON.stringify([settings, warnings])).not.toContain('CANARY');
});

test('prints file names', () => {
  const { settings } = resolve({ OTELIER_PROMETHEUS_TLS_KEY_FILE: '/etc/tls/tls.key' });
  expect(settings.find(({ name }) => name === 'prometheus.tlsKeyFile')?.value).toBe('/etc/tls/tls.key');
});

test('an invalid flag does not permit exposure', () => {
  const { values, warnings } = resolve({ OTELIER_PROMETHEUS_ALLOW_UNPROTECTED: 'yes' });
  expect(values.allowUnprotected).toBe(false);
  expect(warnings).toHaveLength(1);
});

test.each([
  ['metrics.example.org', ['metrics.example.org']],
  [' Metrics.Example.org , 192.0.2.1,[2001:db8::1], a_b', ['metrics.example.org', '192.0.2.1', '[2001:db8::1]', 'a_b']],
  ['*', ['*']],
])('reads allowed hosts %j', (text, hosts) => {
  expect(resolve({ OTELIER_PROMETHEUS_ALLOWED_HOSTS: text }).values.allowedHosts).toEqual(hosts);
  expect(resolve({}, { allowedHosts: hosts }).problems).toEqual([]);
});

test.each(['metrics.example.org:9464', 'http://metrics.example.org', '*.example.org', 'a b', 'a/b', '.example.org'])(
  'allows no host for %j',
  (text) => {
    const { values, warnings } = resolve({ OTELIER_PROMETHEUS_ALLOWED_HOSTS: text });
    expect(values.allowedHosts).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('host names or addresses without ports')]);
    expect(resolve({}, { allowedHosts: [text] }).problems).toHaveLength(1);
  },
);
