/** Security of an endpoint: options and web configuration file combined. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import type { MetricsError } from 'otelier';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type SecurityOptions,
  secureEndpoint,
} from '../../../../src/backends/prometheus/security/endpoint-security.js';
import { securityOptions } from '../../../../src/backends/prometheus/security/options.js';
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

/** Writes the web configuration; returns the option with its file name. */
function web(text: string): Pick<SecurityOptions, 'webConfigFile'> {
  write(text);
  return { webConfigFile };
}

/** Stands for a server of the application, in place of a host. */
const mounted = Symbol('mounted');

function securityWith(options: Partial<SecurityOptions>, location: string | typeof mounted = 'localhost') {
  const { values } = resolveOptions('', securityOptions, {}, {});
  const host = location === mounted ? undefined : location;
  return secureEndpoint({ ...values, ...options }, { host, clock, warn: (message) => warnings.push(message) });
}

function failure(options: Partial<SecurityOptions>, host?: string): MetricsError {
  try {
    securityWith(options, host);
  } catch (error) {
    return error as MetricsError;
  }
  throw new Error('no error was thrown');
}

const basic = (pair: string) => ({ headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } });

const tls = () => ({ tlsCertificateFile: own.certificate, tlsKeyFile: own.key });
const tlsInFile = (more = '') => `tls_server_config: {cert_file: own.crt, key_file: own.key${more}}\n`;

test('requires nothing on localhost by default', () => {
  const security = securityWith({});
  expect(security).toMatchObject({ access: undefined, tls: undefined, headers: {} });
  expect(security.admitsRate()).toBe(true);
});

const verifying = ', client_auth_type: RequireAndVerifyClientCert, client_ca_file: authority.crt';
const verifyingWith = (more: string) => `, client_auth_type: RequireAndVerifyClientCert${more}`;
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
  ['client certificates that are not verified', false, () => web(tlsInFile(asking))],
  ['client certificates of a web configuration', true, () => web(tlsInFile(verifying))],
  ['client certificates of public CAs', false, () => web(tlsInFile(verifyingWith('')))],
  [
    'names of client certificates of public CAs',
    true,
    () => web(tlsInFile(verifyingWith(', client_allowed_sans: [a]'))),
  ],
  ['allowUnprotected', true, () => ({ allowUnprotected: true })],
])('with %s, opens a host that other machines reach: %s', (_, opened, options) => {
  if (opened) expect(securityWith(options(), '0.0.0.0')).toBeDefined();
  else expect(failure(options(), '0.0.0.0').problems).toEqual([expect.objectContaining({ where: 'prometheus.host' })]);
  // A mounted endpoint has no host to check.
  expect(securityWith(options(), mounted)).toBeDefined();
});

test('reports all problems in one error, without secrets', () => {
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
    'prometheus.tlsCertificateFile',
    'prometheus.users[0]',
    'prometheus.bearerTokens[0]',
  ]);
  expect(stack?.replace('CANARY-free', '')).not.toContain('CANARY');
});

test.each<[string, () => Partial<SecurityOptions>, string]>([
  [
    'a certificate without a key',
    () => ({ tlsCertificateFile: own.certificate }),
    'prometheus.tlsKeyFile: expected a file',
  ],
  [
    'a client CA without a certificate',
    () => ({ tlsClientCaFile: own.certificate }),
    'prometheus.tlsCertificateFile: expected a file',
  ],
  ['a missing file', () => ({ webConfigFile: join(folder, 'missing.yml') }), 'ENOENT'],
  ['TLS in two places', () => ({ ...tls(), ...web(tlsInFile()) }), 'TLS in one place'],
  [
    'users in two places',
    () => ({ users: { bob }, ...web(`basic_auth_users: {alice: ${alice}}`) }),
    'users in one place',
  ],
  [
    'contradicting TLS versions',
    () => ({ ...web(tlsInFile(', max_version: TLS12')), tlsMinVersion: 'TLSv1.3' }),
    'prometheus.tlsMinVersion: got "TLSv1.3"',
  ],
  [
    'a key in place of its file name',
    () => ({ ...tls(), tlsKeyFile: '-----BEGIN CANARY' }),
    'prometheus.tlsKeyFile: expected a file name',
  ],
])('rejects %s', (_, options, message) => {
  const error = failure(options());
  expect(error.message).toContain(message);
  expect(error.message).not.toContain('CANARY');
});

test('uses the higher of the two minimum TLS versions', () => {
  write(tlsInFile());
  expect(securityWith({ webConfigFile }).tls?.options.minVersion).toBe('TLSv1.2');
  expect(securityWith({ webConfigFile, tlsMinVersion: 'TLSv1.3' }).tls?.options.minVersion).toBe('TLSv1.3');
  expect(securityWith({ ...tls(), tlsMinVersion: 'TLSv1.3' }).tls?.options.minVersion).toBe('TLSv1.3');
});

test('requires client certificates if a client CA is set', () => {
  expect(securityWith(tls()).tls?.options).toMatchObject({ requestCert: false });
  const options = { ...tls(), tlsClientCaFile: authority.certificate };
  expect(securityWith(options).tls?.options).toMatchObject({ requestCert: true, rejectUnauthorized: true });
});

test('takes headers, rate limit and warnings from the file', () => {
  write(`
http_server_config: {http2: true, headers: {X-Frame-Options: deny}}
rate_limit: {interval: 1s, burst: 1}
`);
  const { headers, admitsRate } = securityWith({ webConfigFile });
  expect(headers).toEqual({ 'X-Frame-Options': 'deny' });
  expect([admitsRate(), admitsRate()]).toEqual([true, false]);
  expect(warnings).toEqual([expect.stringContaining('HTTP/2')]);
});

test('ignores TLS options when mounted, with a warning', () => {
  expect(securityWith(tls(), mounted).tls).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('TLS options are ignored')]);
});

test('reloads the users of the file', async () => {
  write(`basic_auth_users: {alice: ${alice}}`);
  const { access } = securityWith({ webConfigFile });
  const decide = async (pair: string) => {
    clock.advance(1_000);
    return access?.decide(basic(pair));
  };
  expect(await decide('alice:wonderland')).toBe('admitted');
  write(`basic_auth_users: {bob: ${bob}}`);
  expect(await decide('alice:wonderland')).toBe('unauthorized');
  expect(await decide('bob:builder')).toBe('admitted');
  expect(warnings).toEqual([]);
});

test.each<[string, () => void]>([
  ['broken', () => write('basic_auth_users: [CANARY')],
  ['missing', () => rmSync(webConfigFile)],
  ['without users', () => write('http_server_config: {}')],
  ['with a plain password', () => write('basic_auth_users: {alice: CANARY}')],
])('keeps the previous users while the file is %s, and warns once per invalid version', async (_, damage) => {
  write(`basic_auth_users: {alice: ${alice}}`);
  const { access } = securityWith({ webConfigFile });
  const decide = async (pair: string) => {
    clock.advance(1_000);
    return access?.decide(basic(pair));
  };
  damage();
  expect(await decide('alice:wonderland')).toBe('admitted');
  expect(await decide('eve:wonderland')).toBe('unauthorized');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).not.toContain('CANARY');
  write(`basic_auth_users: {bob: ${bob}}`);
  expect(await decide('bob:builder')).toBe('admitted');
  damage();
  expect(await decide('bob:builder')).toBe('admitted');
  expect(warnings).toHaveLength(2);
});

test('requires authentication once the file has its first users', async () => {
  write('http_server_config: {}');
  const { access } = securityWith({ webConfigFile });
  expect(access?.challenges).toEqual([]);
  expect(await access?.decide({ headers: {} })).toBe('admitted');
  write(`basic_auth_users: {alice: ${alice}}`);
  clock.advance(1_000);
  expect(await access?.decide({ headers: {} })).toBe('unauthorized');
  expect(access?.challenges).toHaveLength(1);
});
