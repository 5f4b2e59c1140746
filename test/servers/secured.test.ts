/** Prometheus scrapes protected endpoints with its kinds of credentials, and gets nothing without them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { hashPassword } from 'otelier/backends/prometheus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateFiles, makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { realServer } from './available.js';
import { type Endpoint, type EndpointSetting, startEndpoint } from './endpoint.js';
import { type PrometheusServer, type ScrapeJob, startPrometheus } from './prometheus-server.js';
import { checkWebConfig } from './promtool.js';

const server = realServer('PROMETHEUS');
const promtool = realServer('PROMTOOL');
const folder = server.missing ? '' : makeFolder();
const password = 'correct horse: "battery" 🐴';
const token = 'dG9rZW4tb2YtMzItYnl0ZXMtYXQtdGhlLXZlcnktbGVhc3Q';
/** Low, because every scrape verifies a hash. */
const bcryptRounds = 4;
const webConfigFile = join(folder, 'web.yml');

/** A scrape with credentials, and the expected error in Prometheus if it is refused. */
interface Visit {
  readonly name: string;
  readonly endpoint: string;
  readonly settings?: object;
  readonly refusal?: RegExp;
}

const user = (given: string, name = 'scraper') => ({ basic_auth: { username: name, password: given } });
const unauthorized = /^server returned HTTP status 401 Unauthorized$/;

describe.skipIf(server.missing)(`Prometheus${server.note}`, () => {
  const endpoints: Record<string, Endpoint> = {};
  let prometheus: PrometheusServer;
  let authority: CertificateFiles;
  let own: CertificateFiles;
  let client: CertificateFiles;
  let stranger: CertificateFiles;

  const bearer = (credentials: string) => ({ authorization: { type: 'Bearer', credentials } });
  const tls = (certificate?: CertificateFiles) => ({
    scheme: 'https',
    tls_config: {
      ca_file: join(folder, 'authority.crt'),
      ...(certificate && { cert_file: certificate.certificate, key_file: certificate.key }),
    },
  });
  const files = (subject: string) => ({
    certificate: join(folder, `${subject}.crt`),
    key: join(folder, `${subject}.key`),
  });

  const visits: readonly Visit[] = [
    { name: 'bcrypt', endpoint: 'bcrypt', settings: user(password) },
    { name: 'bcrypt, wrong password', endpoint: 'bcrypt', settings: user(`${password}!`), refusal: unauthorized },
    { name: 'bcrypt, wrong user', endpoint: 'bcrypt', settings: user(password, 'other'), refusal: unauthorized },
    { name: 'bcrypt, no credentials', endpoint: 'bcrypt', refusal: unauthorized },
    { name: 'scrypt', endpoint: 'scrypt', settings: user(password) },
    { name: 'scrypt, wrong password', endpoint: 'scrypt', settings: user('wrong'), refusal: unauthorized },
    { name: 'scrypt, no credentials', endpoint: 'scrypt', refusal: unauthorized },
    { name: 'token', endpoint: 'token', settings: bearer(token) },
    { name: 'token, wrong', endpoint: 'token', settings: bearer(`${token}x`), refusal: unauthorized },
    { name: 'token, no credentials', endpoint: 'token', refusal: unauthorized },
    { name: 'mTLS', endpoint: 'mTLS', settings: tls(files('client')) },
    { name: 'mTLS, no certificate', endpoint: 'mTLS', settings: tls(), refusal: /certificate|EOF|reset/ },
    { name: 'mTLS, forged', endpoint: 'mTLS', settings: tls(files('forged')), refusal: /certificate|EOF|reset/ },
    { name: 'mTLS, no TLS', endpoint: 'mTLS', refusal: /EOF|malformed|reset|400/ },
    { name: 'web config', endpoint: 'web config', settings: { ...tls(files('client')), ...user(password) } },
    {
      name: 'web config, no password',
      endpoint: 'web config',
      settings: tls(files('client')),
      refusal: unauthorized,
    },
    {
      name: 'web config, no certificate',
      endpoint: 'web config',
      settings: { ...tls(), ...user(password) },
      refusal: /certificate|EOF|reset/,
    },
  ];

  beforeAll(async () => {
    authority = makeCertificate(folder, 'authority');
    stranger = makeCertificate(folder, 'stranger');
    own = makeCertificate(folder, 'server', ['DNS:localhost', 'IP:127.0.0.1'], authority);
    client = makeCertificate(folder, 'client', ['DNS:scraper.example'], authority);
    makeCertificate(folder, 'forged', ['DNS:scraper.example'], stranger);
    expect(client).toEqual(files('client'));
    const bcryptHash = await hash(password, bcryptRounds);
    const settings: Record<string, EndpointSetting> = {
      bcrypt: { users: { scraper: bcryptHash } },
      scrypt: { users: { scraper: await hashPassword(password) } },
      token: { bearerTokens: { scraper: token } },
      mTLS: {
        tlsCertificateFile: own.certificate,
        tlsKeyFile: own.key,
        tlsClientCaFile: authority.certificate,
      },
      'web config': { webConfigFile },
    };
    // File names are relative to the configuration file.
    const webConfig = {
      tls_server_config: {
        cert_file: 'server.crt',
        key_file: 'server.key',
        client_auth_type: 'RequireAndVerifyClientCert',
        client_ca_file: 'authority.crt',
        min_version: 'TLS13',
      },
      basic_auth_users: { scraper: bcryptHash },
    };
    writeFileSync(webConfigFile, JSON.stringify(webConfig));
    for (const [name, setting] of Object.entries(settings)) {
      const endpoint = await startEndpoint(setting);
      endpoint.provider.getMeter('secured').createCounter('secrets').add(42);
      endpoints[name] = endpoint;
    }
    const jobs: ScrapeJob[] = visits.map(({ name, endpoint, settings }) => {
      const { target } = endpoints[endpoint] as Endpoint;
      return { name, target, ...(settings && { settings }) };
    });
    prometheus = await startPrometheus(server.bin, jobs);
  });
  afterAll(async () => {
    await prometheus?.stop();
    for (const endpoint of Object.values(endpoints)) await endpoint.stop();
  });

  const admitted = visits.filter(({ refusal }) => refusal === undefined);
  test.each(admitted)('admits: $name', async ({ name }) => {
    await prometheus.untilUp(name);
    expect(await prometheus.valueOf(`secrets_total{job="${name}"}`)).toBe(42);
  });

  const refused = visits.filter(({ refusal }) => refusal !== undefined);
  test.each(refused)('refuses: $name', async ({ name, refusal }) => {
    const reason = await prometheus.untilDown(name);
    expect(reason.replace(/^Get "[^"]*": /, '')).toMatch(refusal as RegExp);
    expect(await prometheus.samplesOf(name)).toEqual([]);
  });

  test.skipIf(promtool.missing)(`the web configuration is valid for Prometheus${promtool.note}`, () => {
    expect(checkWebConfig(promtool.bin, webConfigFile)).toBe(`${webConfigFile} SUCCESS`);
  });
});
