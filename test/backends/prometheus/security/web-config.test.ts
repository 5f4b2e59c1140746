import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCiphers } from 'node:tls';
import fc from 'fast-check';
import type { MetricsError, Problem } from 'otelier';
import { expect, test } from 'vitest';
import { parseWebConfig, readWebConfig } from '../../../../src/backends/prometheus/security/web-config.js';
import { makeFolder } from './certificates.js';

/** Hash of the sample file in exporter-toolkit. */
const hash = '$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze';
const parse = (text: string) => parseWebConfig(text, '/etc/metrics/web.yml');

function problemsOf(text: string): readonly Problem[] {
  try {
    parse(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'METRICS_OPTIONS_INVALID' });
    return (error as MetricsError).problems;
  }
  return [];
}

/** Returns the problems as `path | value | expected`. */
const problemLines = (text: string) =>
  problemsOf(text).map(({ where, value, expected }) =>
    [where.replace('/etc/metrics/web.yml: ', ''), ...(value === undefined ? [] : [value]), expected].join(' | '),
  );

test.each(['', '# nothing yet\n', '{}', 'tls_server_config:\nbasic_auth_users: {}\nhttp_server_config: ~\n'])(
  '%j configures nothing',
  (text) => {
    const none = { tls: undefined, users: {}, headers: {}, rateLimit: undefined, warnings: [] };
    expect(parse(text)).toEqual(none);
  },
);

test('reads every field', () => {
  const config = parse(`
tls_server_config:
  cert_file: server.crt
  key_file: keys/server.key
  client_ca_file: /etc/ssl/ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans:
    - scraper.example
    - 10.1.2.3
  min_version: TLS12
  max_version: TLS13
  cipher_suites:
    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    - TLS_AES_128_GCM_SHA256
    - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: ""
    Strict-Transport-Security: max-age=31536000; includeSubDomains
basic_auth_users:
  alice: ${hash}
  "123": ${hash}
  yes: ${hash}
rate_limit:
  interval: 1m0.5s
  burst: 20
`);
  const where = (field: string) => `/etc/metrics/web.yml: tls_server_config.${field}`;
  expect(config).toEqual({
    tls: {
      certificate: { where: where('cert_file'), file: '/etc/metrics/server.crt' },
      key: { where: where('key_file'), file: '/etc/metrics/keys/server.key' },
      clientCa: { where: where('client_ca_file'), file: '/etc/ssl/ca.crt' },
      clientAuth: 'RequireAndVerifyClientCert',
      allowedNames: ['scraper.example', '10.1.2.3'],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers:
        'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:' +
        'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305',
      curves: 'X25519:prime256v1',
      serverPreference: false,
    },
    users: { alice: hash, '123': hash, yes: hash },
    headers: {
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'deny',
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    },
    rateLimit: { intervalMs: 60_500, burst: 20 },
    warnings: [],
  });
});

test('reads inline certificates', () => {
  const { tls } = parse('tls_server_config:\n  cert: |\n    A\n    B\n  key: C\n');
  expect(tls?.certificate).toEqual({ where: expect.stringContaining('.cert'), text: 'A\nB\n' });
  expect(tls?.key).toEqual({ where: expect.stringContaining('.key'), text: 'C' });
});

const pair = 'cert_file: a, key_file: b';
const expectedBurst = "a whole number from 1 (0 is Prometheus' default, and refuses every request)";

test.each([
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
])('translates %s to a cipher of Node', (name) => {
  const { tls } = parse(`tls_server_config: {${pair}, cipher_suites: [${name}]}`);
  const ciphers = (tls?.ciphers ?? '').toLowerCase().split(':');
  expect(ciphers).toHaveLength(4);
  for (const cipher of ciphers) expect(getCiphers()).toContain(cipher);
});

test.each([
  ['RequireClientCert', 'RequireAnyClientCert'],
  ['RequestClientCert', 'RequestClientCert'],
  ['NoClientCert', 'NoClientCert'],
])('reads client_auth_type %s as %s', (name, expected) => {
  expect(parse(`tls_server_config: {${pair}, client_auth_type: ${name}}`).tls?.clientAuth).toBe(expected);
});

test.each([
  ['0', undefined],
  ['0s', undefined],
  ['1s', 1_000],
  ['1.5h', 5_400_000],
  ['2m3s4ms', 123_004],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['1000000', 1],
  ['.5s', 500],
])('reads interval %s as %s ms', (text, intervalMs) => {
  const { rateLimit } = parse(`rate_limit: {interval: ${text}, burst: 2}`);
  expect(rateLimit).toEqual(intervalMs === undefined ? undefined : { intervalMs, burst: 2 });
});

test.each([
  ['VerifyClientCertIfGiven', '', true, true],
  ['RequireAndVerifyClientCert', '', true, true],
  ['RequireAndVerifyClientCert', ', client_allowed_sans: [a]', true, false],
  ['RequireAndVerifyClientCert', ', client_ca_file: ca.crt', false, false],
  ['RequireAnyClientCert', '', false, false],
])('%s%s uses the CAs of the system: %s, with a warning: %s', (type, more, usesSystem, warns) => {
  const { tls, warnings } = parse(`tls_server_config: {${pair}, client_auth_type: ${type}${more}}`);
  const where = '/etc/metrics/web.yml: tls_server_config.client_ca_file';
  expect(tls?.systemRoots).toEqual(usesSystem ? { where } : undefined);
  expect(warnings).toEqual(warns ? [expect.stringMatching(/client_auth_type: .* set client_ca_file$/)] : []);
});

test('warns about unsupported settings', () => {
  const { tls, warnings } = parse(`
tls_server_config: {${pair}, min_version: TLS10}
http_server_config: {http2: true}
`);
  expect(tls?.minVersion).toBe('TLSv1.2');
  expect(warnings).toEqual([
    'prometheus: /etc/metrics/web.yml: tls_server_config.min_version: TLS10 is not supported; TLS12 is used',
    'prometheus: /etc/metrics/web.yml: http_server_config.http2: HTTP/2 is not supported; HTTP/1.1 is used',
  ]);
});

test('reports all problems with path and non-secret values', () => {
  const text = `
tls_server_config:
  cert_file: server.crt
  cert: CANARY
  key: [CANARY]
  client_ca_file: ca.crt
  client_auth_type: Require
  client_allowed_sans: []
  min_version: TLS14
  max_version: TLS11
  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]
  prefer_server_cipher_suites: perhaps
  curve_preferences: CurveP256
  ca_file: x
http_server_config:
  http3: true
  headers:
    Server: mine
    X-Frame-Options: allow
    Content-Security-Policy: [a]
    Strict-Transport-Security: "a\\nb: c"
basic_auth_users:
  alice: CANARY
  bo:b: ${hash}
  carol:
  dave: [CANARY]
rate_limit:
  interval: often
  burst: 1.5
  every: 1s
web: true
`;
  expect(problemLines(text)).toEqual([
    'web | a known field: tls_server_config, http_server_config, basic_auth_users, rate_limit',
    expect.stringMatching(/^tls_server_config\.ca_file \| a known field: cert, key, client_ca, /),
    'tls_server_config.cert | no value, because cert_file is set',
    'tls_server_config.key | a string',
    'tls_server_config.key_file | a private key file, or a private key in key',
    expect.stringMatching(/^tls_server_config\.cipher_suites \| TLS_RSA_WITH_RC4_128_SHA \| one of TLS_AES_128/),
    'tls_server_config.curve_preferences | a list of strings',
    expect.stringMatching(/^tls_server_config\.client_auth_type \| Require \| one of NoClientCert, /),
    'tls_server_config.client_allowed_sans | one or more names',
    'tls_server_config.min_version | TLS14 | TLS12 or TLS13',
    'tls_server_config.max_version | TLS11 | TLS13, or TLS12 if min_version is TLS12',
    'tls_server_config.prefer_server_cipher_suites | perhaps | true or false',
    'basic_auth_users.carol | a name and a string',
    'basic_auth_users.dave | a name and a string',
    'basic_auth_users.alice | a bcrypt hash with a cost from 4 to 16',
    'basic_auth_users.bo:b | a user name without a colon',
    'http_server_config.http3 | a known field: http2, headers',
    'http_server_config.headers.Content-Security-Policy | a name and a string',
    expect.stringMatching(/^http_server_config\.headers\.Server \| one of Content-Security-Policy, /),
    'http_server_config.headers.X-Frame-Options | allow | deny or sameorigin',
    'http_server_config.headers.Strict-Transport-Security | printable ASCII',
    'rate_limit.every | a known field: interval, burst',
    'rate_limit.interval | often | a duration such as 500ms or 1s',
    `rate_limit.burst | 1.5 | ${expectedBurst}`,
  ]);
});

test.each([
  ['a client CA without a policy', `{${pair}, client_ca_file: c}`, ['client_auth_type']],
  ['client names with an optional certificate', `{${pair}, client_allowed_sans: [a]}`, ['client_auth_type']],
  ['a certificate without a key', '{cert_file: a}', ['key_file']],
  ['TLS without a certificate', '{min_version: TLS13}', ['cert_file', 'key_file']],
  ['a maximum version below the minimum', `{${pair}, min_version: TLS13, max_version: TLS12}`, ['max_version']],
  ['a list in place of the section', '[a]', ['']],
  ['a string in place of the section', 'a', ['']],
])('%s is a problem', (_, section, fields) => {
  const paths = fields.map((field) => `/etc/metrics/web.yml: tls_server_config${field === '' ? '' : `.${field}`}`);
  const locations = problemsOf(`tls_server_config: ${section}`).map(({ where }) => where);
  expect(locations).toEqual(expect.arrayContaining(paths));
});

test.each([
  ['rate_limit: {interval: 1s}', `rate_limit.burst | ${expectedBurst}`],
  ['rate_limit: {interval: 1s, burst: 0}', `rate_limit.burst | 0 | ${expectedBurst}`],
  ['rate_limit: {interval: -1s, burst: 1}', 'rate_limit.interval | -1s | a duration such as 500ms or 1s'],
])('%s: %s', (text, expected) => {
  expect(problemLines(text)).toEqual([expected]);
});

test.each([
  ['wrong indentation', 'basic_auth_users:\n  alice: CANARY\n bob: CANARY\n', /web\.yml:3:\d+$/],
  ['an unclosed quote', `basic_auth_users:\n  alice: "CANARY\n`, /web\.yml:\d+:\d+$/],
  ['a duplicate name', `basic_auth_users:\n  CANARY: ${hash}\n  CANARY: ${hash}\n`, /web\.yml:3:3$/],
  ['two documents', '---\nCANARY: a\n---\nCANARY: b\n', /web\.yml:\d+:\d+$/],
  ['an undefined alias', 'basic_auth_users: *CANARY\n', /web\.yml$/],
  [
    'exponentially nested aliases',
    `a: &a [CANARY, CANARY]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[i]}`)}]`).join('\n')}`,
    /web\.yml$/,
  ],
  ['a list', '- CANARY', /web\.yml$/],
  ['a string', 'CANARY', /web\.yml$/],
])('reports the location of %s, without the text', (_, text, where) => {
  const problems = problemsOf(text);
  expect(problems.map((problem) => problem.where).join()).toMatch(where);
  expect(JSON.stringify(problems)).not.toContain('CANARY');
});

test.each([
  `tls_server_config: {client_auth_type: ${hash}}`,
  `tls_server_config: {min_version: ${hash}, cipher_suites: [${hash}]}`,
  `http_server_config: {headers: {X-Frame-Options: ${hash}}, http2: ${hash}}`,
  `rate_limit: {interval: ${hash}, burst: ${hash}}`,
  `basic_auth_users: {${hash}: alice}`,
  `${hash}: alice`,
])('does not print a misplaced hash: %s', (text) => {
  const problems = problemsOf(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(JSON.stringify(problems)).not.toContain(hash.slice(7));
});

test('throws no other error for any text, and never prints a hash', () => {
  const words = fc.constantFrom(
    ...['tls_server_config', 'cert_file', 'key', 'client_auth_type', 'client_allowed_sans', 'min_version', 'alice'],
    ...['basic_auth_users', 'http_server_config', 'http2', 'headers', 'X-Frame-Options', 'rate_limit', 'burst'],
    ...[': ', ': ', ':\n  ', ':\n    ', ' ', '\n', '\n  ', '\n    ', '- ', '{', '}', '[', ']', ',', '|', '"'],
    ...['&a', '*a', '~', '!!set', '%', '<<', '?', hash, hash],
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 24 }), (parts) => {
      expect(JSON.stringify(problemsOf(parts.join('')))).not.toContain(hash.slice(7));
    }),
    { numRuns: 2_000 },
  );
});

test('reads a file, and reports a missing one by name', () => {
  const file = join(makeFolder(), 'web.yml');
  writeFileSync(file, `basic_auth_users: {alice: ${hash}}`);
  expect(readWebConfig(file).users).toEqual({ alice: hash });
  expect(() => readWebConfig(`${file}.missing`)).toThrow(
    `prometheus.webConfigFile: got "${file}.missing", expected a readable file`,
  );
  expect(() => readWebConfig('-----BEGIN CANARY')).not.toThrow('CANARY');
});
