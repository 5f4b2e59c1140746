/** TLS of the endpoint, with real servers and certificates. */
import { copyFileSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, createServer, type Server } from 'node:tls';
import type { MetricsError } from 'otelier';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  admitsClient,
  type ClientPolicy,
  verifiedSubject,
} from '../../../../src/backends/prometheus/security/client-certificates.js';
import { createTlsReloader, type TlsSettings } from '../../../../src/backends/prometheus/security/tls-reloader.js';
import { FakeClock } from '../../../support/clock.js';
import { type CertificateFiles, makeCertificate, makeFolder } from './certificates.js';
import { identity, visitWith } from './visits.js';

const folder = makeFolder();
const names = ['DNS:localhost', 'IP:127.0.0.1'];
let authority: CertificateFiles;
let stranger: CertificateFiles;
let first: CertificateFiles;
let second: CertificateFiles;
let client: CertificateFiles;
let forged: CertificateFiles;

beforeAll(() => {
  authority = makeCertificate(folder, 'authority');
  stranger = makeCertificate(folder, 'stranger');
  first = makeCertificate(folder, 'first', names, authority);
  second = makeCertificate(folder, 'second', names, authority);
  const clientNames = [
    'DNS:scraper.example',
    'IP:10.1.2.3',
    'IP:2001:db8:0:0::1',
    'email:ops@example.org',
    'URI:spiffe://example/scraper',
    'DNS:odd, DNS:smuggled.example',
  ];
  client = makeCertificate(folder, 'client', clientNames, authority);
  forged = makeCertificate(folder, 'forged', clientNames, stranger);
});

/** The configured files: copies that tests replace. */
const live = { certificate: join(folder, 'live.crt'), key: join(folder, 'live.key'), ca: join(folder, 'live-ca.crt') };
let clock: FakeClock;
let warnings: string[];
let server: Server | undefined;

beforeEach(() => {
  clock = new FakeClock();
  warnings = [];
  use(first);
  copyFileSync(authority.certificate, live.ca);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

function use(files: CertificateFiles): void {
  for (const kind of ['certificate', 'key'] as const) {
    copyFileSync(files[kind], `${live[kind]}.new`);
    renameSync(`${live[kind]}.new`, live[kind]);
  }
}

function settings(more: Partial<TlsSettings> = {}): TlsSettings {
  return {
    certificate: { where: 'prometheus.tlsCertificateFile', file: live.certificate },
    key: { where: 'prometheus.tlsKeyFile', file: live.key },
    clientAuth: 'NoClientCert',
    minVersion: 'TLSv1.2',
    ...more,
  };
}

const reloader = (more: Partial<TlsSettings> = {}) =>
  createTlsReloader(settings(more), (message) => warnings.push(message), clock);

/** Responds `hello` and the verified subject to admitted clients. */
async function serve(more: Partial<TlsSettings> = {}) {
  const tls = reloader(more);
  const policy: ClientPolicy = settings(more);
  const started = createServer(tls.options, (socket) => {
    if (!admitsClient(policy, socket)) socket.destroy();
    else socket.end(`hello ${verifiedSubject(socket) ?? 'anonymous'}`);
  });
  server = started;
  started.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return { port, refresh: () => tls.refresh((options) => started.setSecureContext(options)) };
}

const visit = (port: number, more: ConnectionOptions = {}) =>
  visitWith(port, { ca: readFileSync(authority.certificate), ...more });

test('replaces a certificate while the server keeps its port', async () => {
  const { port, refresh } = await serve();
  expect((await visit(port)).server).toBe('first');
  use(second);
  clock.advance(1_000);
  await refresh();
  expect((await visit(port)).server).toBe('second');
  expect(warnings).toEqual([]);
});

test('notices that a link points to another file', async () => {
  const link = (to: CertificateFiles) => {
    for (const kind of ['certificate', 'key'] as const) {
      symlinkSync(to[kind], `${live[kind]}.link`);
      renameSync(`${live[kind]}.link`, live[kind]);
    }
  };
  link(first);
  const { port, refresh } = await serve();
  link(second);
  clock.advance(1_000);
  await refresh();
  expect((await visit(port)).server).toBe('second');
});

test('checks the files at most once a second', async () => {
  const { port, refresh } = await serve();
  use(second);
  clock.advance(999);
  await refresh();
  expect((await visit(port)).server).toBe('first');
  clock.advance(1);
  await refresh();
  expect((await visit(port)).server).toBe('second');
});

test('does not reload unchanged files', async () => {
  const tls = reloader();
  let applied = 0;
  const look = async () => {
    clock.advance(1_000);
    await tls.refresh(() => applied++);
  };
  await look();
  await look();
  expect(applied).toBe(0);
  // A different file with the same size and modification time.
  const age = new Date(1_600_000_000_000);
  writeFileSync(`${live.key}.new`, readFileSync(live.key));
  utimesSync(live.key, age, age);
  await look();
  utimesSync(`${live.key}.new`, age, age);
  renameSync(`${live.key}.new`, live.key);
  await look();
  expect(applied).toBe(2);
});

test.each<[string, () => void, string]>([
  [
    'a certificate of another key',
    () => copyFileSync(stranger.certificate, live.certificate),
    'prometheus.tlsKeyFile: expected the private key of',
  ],
  ['a missing file', () => rmSync(live.certificate), 'a readable file (ENOENT)'],
  ['an empty file', () => writeFileSync(live.certificate, ''), 'expected a certificate in PEM format'],
  [
    'half a file',
    () => writeFileSync(live.key, readFileSync(live.key).subarray(0, 80)),
    'expected a private key in PEM',
  ],
])('keeps the previous files when replaced by %s, and warns once per replacement', async (_, damage, message) => {
  const { port, refresh } = await serve();
  damage();
  for (let i = 0; i < 3; i++) {
    clock.advance(1_000);
    await refresh();
  }
  expect(warnings).toEqual([expect.stringContaining(message)]);
  expect((await visit(port)).server).toBe('first');
  use(second);
  clock.advance(1_000);
  await refresh();
  expect((await visit(port)).server).toBe('second');
  damage();
  clock.advance(1_000);
  await refresh();
  expect(warnings).toHaveLength(2);
});

test('reports all problems at startup in one error, without file contents', () => {
  writeFileSync(live.key, '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n');
  writeFileSync(live.ca, 'CANARY');
  const clientCa = { where: 'prometheus.tlsClientCaFile', file: live.ca };
  const certificate = { where: 'prometheus.tlsCertificateFile', file: join(folder, 'missing.crt') };
  const error = failureOf({ certificate, clientCa, clientAuth: 'RequireAndVerifyClientCert' });
  expect(error).toMatchObject({ code: 'METRICS_OPTIONS_INVALID' });
  expect(error.problems).toEqual([
    { where: 'prometheus.tlsCertificateFile', value: certificate.file, expected: 'a readable file (ENOENT)' },
    { where: 'prometheus.tlsKeyFile', value: live.key, expected: 'a private key in PEM format, without a passphrase' },
    { where: 'prometheus.tlsClientCaFile', value: live.ca, expected: 'CA certificates in PEM format' },
  ]);
  expect(error.message).not.toContain('CANARY');
});

test('does not print a key in place of its file name', () => {
  const file = '-----BEGIN PRIVATE KEY-----\nCANARY';
  expect(failureOf({ key: { where: 'prometheus.tlsKeyFile', file } }).message).not.toContain('CANARY');
});

test('reports settings that OpenSSL rejects', () => {
  expect(failureOf({ ciphers: 'NONE-OF-THEM' }).problems).toEqual([
    { where: 'prometheus.tlsCertificateFile', expected: expect.stringMatching(/that OpenSSL accepts \(ERR_\w+\)$/) },
  ]);
});

function failureOf(more: Partial<TlsSettings>): MetricsError {
  try {
    reloader(more);
  } catch (error) {
    return error as MetricsError;
  }
  throw new Error('no error was thrown');
}

test('accepts PEM text in place of files', async () => {
  const text = (file: string) => ({ where: 'x', text: readFileSync(file, 'utf8') });
  const { port } = await serve({ certificate: text(first.certificate), key: text(first.key) });
  expect((await visit(port)).server).toBe('first');
});

test('sends the certificate chain, starting with the server certificate', async () => {
  writeFileSync(
    live.certificate,
    readFileSync(first.certificate, 'utf8') + readFileSync(authority.certificate, 'utf8'),
  );
  const { port } = await serve();
  expect((await visit(port)).server).toBe('first');
});

test.each(['TLSv1', 'TLSv1.1'] as const)('rejects %s', async (version) => {
  const ciphers = 'DEFAULT@SECLEVEL=0';
  const old = { minVersion: version, maxVersion: version, ciphers };
  const { port } = await serve({ ciphers });
  await expect(visit(port, old)).rejects.toThrow();
  await new Promise((resolve) => server?.close(resolve));
  // The same client is served when the server permits the version.
  expect((await visit((await serve({ ciphers, minVersion: 'TLSv1' })).port, old)).protocol).toBe(version);
});

test('applies versions, ciphers and curves', async () => {
  const { port } = await serve({ minVersion: 'TLSv1.3', curves: 'P-256' });
  expect((await visit(port)).protocol).toBe('TLSv1.3');
  await expect(visit(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
  await expect(visit(port, { ecdhCurve: 'P-384' })).rejects.toThrow();
});

test('prefers the cipher order of the server unless serverPreference is false', async () => {
  const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256';
  const asked = { maxVersion: 'TLSv1.2', ciphers: ciphers.split(':').reverse().join(':') } as const;
  expect((await visit((await serve({ ciphers })).port, asked)).cipher).toContain('AES_256');
  server?.close();
  expect((await visit((await serve({ ciphers, serverPreference: false })).port, asked)).cipher).toContain('AES_128');
});

const clients = { none: () => ({}), verified: () => identity(client), forged: () => identity(forged) };

test.each<[ClientPolicy['clientAuth'], Record<keyof typeof clients, string>]>([
  ['NoClientCert', { none: 'hello anonymous', verified: 'hello anonymous', forged: 'hello anonymous' }],
  ['RequestClientCert', { none: 'hello anonymous', verified: 'hello CN=client', forged: 'hello anonymous' }],
  ['RequireAnyClientCert', { none: 'refused', verified: 'hello CN=client', forged: 'hello anonymous' }],
  ['VerifyClientCertIfGiven', { none: 'hello anonymous', verified: 'hello CN=client', forged: 'refused' }],
  ['RequireAndVerifyClientCert', { none: 'refused', verified: 'hello CN=client', forged: 'refused' }],
])('%s admits the right clients', async (clientAuth, expected) => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { port } = await serve({ clientAuth, clientCa: { where: 'ca', file: live.ca } });
    const answers: Record<string, string> = {};
    for (const [who, how] of Object.entries(clients)) {
      answers[who] = await visit(port, { ...how(), maxVersion }).then(
        ({ text }) => text,
        () => 'refused',
      );
    }
    expect(answers).toEqual(expected);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
  }
});

test.each<[ClientPolicy['clientAuth'], Record<keyof typeof clients, string>]>([
  ['VerifyClientCertIfGiven', { none: 'hello anonymous', verified: 'hello CN=client', forged: 'refused' }],
  ['RequireAndVerifyClientCert', { none: 'refused', verified: 'hello CN=client', forged: 'refused' }],
])('%s verifies with the CAs of the system if no client CA is set', async (clientAuth, expected) => {
  vi.stubEnv('SSL_CERT_FILE', live.ca);
  vi.stubEnv('SSL_CERT_DIR', join(folder, 'none'));
  const { port } = await serve({ clientAuth, systemRoots: { where: 'client_ca_file' } });
  const answers: Record<string, string> = {};
  for (const [who, how] of Object.entries(clients)) {
    answers[who] = await visit(port, how()).then(
      ({ text }) => text,
      () => 'refused',
    );
  }
  expect(answers).toEqual(expected);
});

test('reports a system without CAs', () => {
  vi.stubEnv('SSL_CERT_FILE', join(folder, 'none'));
  vi.stubEnv('SSL_CERT_DIR', join(folder, 'none'));
  const more = { clientAuth: 'VerifyClientCertIfGiven', systemRoots: { where: 'client_ca_file' } } as const;
  expect(() => reloader(more)).toThrow(
    'client_ca_file: expected a CA file: the CAs that this system trusts are not found',
  );
});

test.each([
  ['scraper.example', true],
  ['10.1.2.3', true],
  ['2001:db8::1', true],
  ['2001:0DB8:0::0:1', true],
  ['ops@example.org', true],
  ['spiffe://example/scraper', true],
  ['odd, DNS:smuggled.example', true],
  ['smuggled.example', false],
  ['example', false],
  ['SCRAPER.EXAMPLE', false],
  ['client', false],
])('admits a client by alternative name %j: %s', async (name, admitted) => {
  const more = { clientAuth: 'RequireAndVerifyClientCert', clientCa: { where: 'ca', file: live.ca } } as const;
  const { port } = await serve({ ...more, allowedNames: ['other.example', name] });
  const answer = visit(port, identity(client)).then(
    () => true,
    () => false,
  );
  expect(await answer).toBe(admitted);
});

test('rejects clients of a replaced CA, also with an earlier session', async () => {
  const more = { clientAuth: 'RequireAndVerifyClientCert', clientCa: { where: 'ca', file: live.ca } } as const;
  const { port, refresh } = await serve(more);
  const { session } = await visit(port, identity(client));
  const again = await visit(port, { ...identity(client), ...(session === undefined ? {} : { session }) });
  expect(again.reused).toBe(false);
  copyFileSync(stranger.certificate, live.ca);
  clock.advance(1_000);
  await refresh();
  await expect(visit(port, { ...identity(client), ...(session === undefined ? {} : { session }) })).rejects.toThrow();
  expect((await visit(port, identity(forged))).text).toBe('hello CN=forged');
});
