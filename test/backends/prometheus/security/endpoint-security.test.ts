/** The whole of an endpoint's protection: what the options and the web configuration file say together. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import type { MetricsError } from 'otelier';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { securityOptions } from '../../../../src/backends/prometheus/security/options.js';
import { protectEndpoint, type SecurityOptions } from '../../../../src/backends/prometheus/security/protection.js';
import { resolveOptions } from '../../../../src/options/resolve.js';
import { FakeClock } from '../../../support/clock.js';
import { type CertificateFiles, makeCertificate, makeFolder } from './certificates.js';

const folder = makeFolder();
const webConfigFile = join(folder, 'web.yml');
const alice = hashSync('wonderland', 4);
const bob = hashSync('builder', 4);
let authority: CertificateFiles;
let own: CertificateFiles;
let clock: FakeClock;
let warnings: string[];

beforeAll(() => {
  authority = makeCertificate(folder, 'authority');
  own = makeCertificate(folder, 'own', ['DNS:localhost'], authority);
});

beforeEach(() => {
  clock = new FakeClock();
  warnings = [];
});

function write(text: string): void {
  writeFileSync(`${webConfigFile}.new`, text);
  renameSync(`${webConfigFile}.new`, webConfigFile);
}

/** Writes the web configuration and names it. */
function web(text: string): Pick<SecurityOptions, 'webConfigFile'> {
  write(text);
  return { webConfigFile };
}

/** A server of the application's, in place of a host. */
const mounted = Symbol('mounted');

function protectedWith(options: Partial<SecurityOptions>, place: string | typeof mounted = 'localhost') {
  const { values } = resolveOptions('', securityOptions, {}, {});
  const host = place === mounted ? undefined : place;
  return protectEndpoint({ ...values, ...options }, { host, clock, warn: (message) => warnings.push(message) });
}

function failure(options: Partial<SecurityOptions>, host?: string): MetricsError {
  try {
    protectedWith(options, host);
  } catch (error) {
    return error as MetricsError;
  }
  throw new Error('nothing was wrong');
}

const basic = (pair: string) => ({ headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } });

const tls = () => ({ tlsCertificateFile: own.certificate, tlsKeyFile: own.key });
const tlsInFile = (more = '') => `tls_server_config: {cert_file: own.crt, key_file: own.key${more}}\n`;

test('by default there is nothing but this machine', () => {
  const protection = protectedWith({});
  expect(protection).toMatchObject({ access: undefined, tls: undefined, headers: {} });
  expect(protection.admitsRate()).toBe(true);
});

const verifying = ', client_auth_type: RequireAndVerifyClientCert, client_ca_file: authority.crt';
const asking = ', client_auth_type: RequireAnyClientCert, client_allowed_sans: [a]';

test.each<[string, boolean, () => Partial<SecurityOptions>]>([
  ['nothing', false, () => ({})],
  ['TLS', false, tls],
  ['users', true, () => ({ users: { alice } })],
  ['tokens', true, () => ({ bearerTokens: { ci: 'token-of-the-ci-0123' } })],
  ['a check', true, () => ({ check: () => false })],
  ['client certificates', true, () => ({ ...tls(), tlsClientCaFile: authority.certificate })],
  ['a web configuration with users', true, () => web(`basic_auth_users: {alice: ${alice}}`)],
  ['a web configuration with TLS', false, () => web(tlsInFile())],
  ['client certificates that nobody verifies', false, () => web(tlsInFile(asking))],
  ['client certificates of a web configuration', true, () => web(tlsInFile(verifying))],
  ['words', true, () => ({ allowUnprotected: true })],
])('with %s, that a host which others reach is opened is %s', (_, opened, options) => {
  if (opened) expect(protectedWith(options(), '0.0.0.0')).toBeDefined();
  else expect(failure(options(), '0.0.0.0').problems).toEqual([expect.objectContaining({ where: 'prometheus.host' })]);
  // Within a server of the application's it is not ours to say.
  expect(protectedWith(options(), mounted)).toBeDefined();
});

test('everything that is wrong is told at once, without secrets', () => {
  write('basic_auth_users: {alice: CANARY}\nrate_limit: {interval: CANARY-free, burst: x}\n');
  const { code, problems, stack } = failure(
    { webConfigFile, users: { bob: 'CANARY' }, bearerTokens: { CANARY: 'x' }, tlsKeyFile: 'key.pem' },
    '0.0.0.0',
  );
  expect(code).toBe('METRICS_OPTIONS_INVALID');
  expect(problems.map(({ where }) => where.replace(`${webConfigFile}: `, ''))).toEqual([
    'basic_auth_users.alice',
    'rate_limit.interval',
    'rate_limit.burst',
    'tlsCertificateFile',
    'users[0]',
    'bearerTokens[0]',
  ]);
  expect(stack?.replace('CANARY-free', '')).not.toContain('CANARY');
});

test.each<[string, () => Partial<SecurityOptions>, string]>([
  ['a certificate without a key', () => ({ tlsCertificateFile: own.certificate }), 'tlsKeyFile: expected a file'],
  ['a client CA alone', () => ({ tlsClientCaFile: own.certificate }), 'tlsCertificateFile: expected a file'],
  ['a file that is missing', () => ({ webConfigFile: join(folder, 'missing.yml') }), 'ENOENT'],
  ['TLS in two places', () => ({ ...tls(), ...web(tlsInFile()) }), 'TLS in one place'],
  [
    'users in two places',
    () => ({ users: { bob }, ...web(`basic_auth_users: {alice: ${alice}}`) }),
    'users in one place',
  ],
  [
    'versions that exclude each other',
    () => ({ ...web(tlsInFile(', max_version: TLS12')), tlsMinVersion: 'TLSv1.3' }),
    'tlsMinVersion: got "TLSv1.3"',
  ],
  [
    'a key in place of its file',
    () => ({ ...tls(), tlsKeyFile: '-----BEGIN CANARY' }),
    'tlsKeyFile: expected the name of a file',
  ],
])('%s is refused', (_, options, message) => {
  const error = failure(options());
  expect(error.message).toContain(message);
  expect(error.message).not.toContain('CANARY');
});

test('the higher of two lowest versions counts', () => {
  write(tlsInFile());
  expect(protectedWith({ webConfigFile }).tls?.options.minVersion).toBe('TLSv1.2');
  expect(protectedWith({ webConfigFile, tlsMinVersion: 'TLSv1.3' }).tls?.options.minVersion).toBe('TLSv1.3');
  expect(protectedWith({ ...tls(), tlsMinVersion: 'TLSv1.3' }).tls?.options.minVersion).toBe('TLSv1.3');
});

test('a client CA asks for certificates', () => {
  expect(protectedWith(tls()).tls?.options).toMatchObject({ requestCert: false });
  const options = { ...tls(), tlsClientCaFile: authority.certificate };
  expect(protectedWith(options).tls?.options).toMatchObject({ requestCert: true, rejectUnauthorized: true });
});

test('headers, the rate limit and what cannot be done come from the file', () => {
  write(`
http_server_config: {http2: true, headers: {X-Frame-Options: deny}}
rate_limit: {interval: 1s, burst: 1}
`);
  const { headers, admitsRate } = protectedWith({ webConfigFile });
  expect(headers).toEqual({ 'X-Frame-Options': 'deny' });
  expect([admitsRate(), admitsRate()]).toEqual([true, false]);
  expect(warnings).toEqual([expect.stringContaining('HTTP/2')]);
});

test("within a server of the application's, TLS is not ours, and that is said", () => {
  expect(protectedWith(tls(), mounted).tls).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('TLS is seen to by the server of the application')]);
});

test('users of the file are followed', async () => {
  write(`basic_auth_users: {alice: ${alice}}`);
  const { access } = protectedWith({ webConfigFile });
  const admits = async (pair: string) => {
    clock.advance(1_000);
    return access?.admits(basic(pair));
  };
  expect(await admits('alice:wonderland')).toBe('admitted');
  write(`basic_auth_users: {bob: ${bob}}`);
  expect(await admits('alice:wonderland')).toBe('unauthorized');
  expect(await admits('bob:builder')).toBe('admitted');
  expect(warnings).toEqual([]);
});

test.each<[string, () => void]>([
  ['broken', () => write('basic_auth_users: [CANARY')],
  ['missing', () => rmSync(webConfigFile)],
  ['without users', () => write('http_server_config: {}')],
  ['with a password', () => write('basic_auth_users: {alice: CANARY}')],
])(
  'a file that is %s leaves the users before it, is told once, and is forgotten when it is right',
  async (_, damage) => {
    write(`basic_auth_users: {alice: ${alice}}`);
    const { access } = protectedWith({ webConfigFile });
    const admits = async (pair: string) => {
      clock.advance(1_000);
      return access?.admits(basic(pair));
    };
    damage();
    expect(await admits('alice:wonderland')).toBe('admitted');
    expect(await admits('eve:wonderland')).toBe('unauthorized');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('CANARY');
    write(`basic_auth_users: {bob: ${bob}}`);
    expect(await admits('bob:builder')).toBe('admitted');
    damage();
    expect(await admits('bob:builder')).toBe('admitted');
    expect(warnings).toHaveLength(2);
  },
);

test('a file that gets its first users closes the endpoint', async () => {
  write('http_server_config: {}');
  const { access } = protectedWith({ webConfigFile });
  expect(access?.challenges).toEqual([]);
  expect(await access?.admits({ headers: {} })).toBe('admitted');
  write(`basic_auth_users: {alice: ${alice}}`);
  clock.advance(1_000);
  expect(await access?.admits({ headers: {} })).toBe('unauthorized');
  expect(access?.challenges).toHaveLength(1);
});
