/** Runs the examples of docs/backends/prometheus.md, with replaced ports only. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { PrometheusInput } from 'otelier/backends/prometheus';
import { expect, test, vi } from 'vitest';
import { prometheusOptions } from '../../../src/backends/prometheus/options.js';
import { parseOpenMetrics2 } from '../../formats/prometheus/openmetrics2-parser.js';
import { ask } from '../../support/http-raw.js';
import { startApp } from '../../support/program.js';
import { type CertificateFiles, makeCertificate, makeFolder } from './security/certificates.js';
import { afterwards, serve } from './serving.js';

const page = readFileSync(new URL('../../../docs/backends/prometheus.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);
/** Without the block about `exposition`, which opens no endpoint. */
const programs = blocks('ts').filter((source) => source.includes('startMetrics'));

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** Runs a program of the page, keeps it alive, and returns the URL of its metrics. */
async function run(source: string): Promise<string> {
  const port = await freePort();
  const environment = { OTEL_EXPORTER_PROMETHEUS_PORT: port, OTEL_SERVICE_NAME: 'guide' };
  const program = startApp(`${source.replace(/\b(3000|9464)\b/g, port)}\nsetInterval(() => {}, 1_000);`, environment);
  afterwards(program.stop);
  const url = `http://localhost:${port}/metrics`;
  await vi
    .waitFor(() => ask(url), { timeout: 15_000, interval: 50 })
    .catch((error) => {
      throw new Error(`${error}: ${program.output()}`);
    });
  return url;
}

test.each(
  programs
    .filter((source) => !source.includes('users'))
    .map((source) => [/from '(?!otelier)(.*)'/.exec(source)?.[1] ?? 'its own server', source]),
)('the endpoint with %s', async (_, source) => {
  const { status, text } = await ask(await run(source));
  expect(status).toBe(200);
  expect(text).toMatch(/^target_info{.*service_name="guide".*} 1$/m);
  if (source.includes('shop.orders')) expect(text).toMatch(/^shop_orders_total{.*} \d+$/m);
});

test('the page has seven programs: an own server, four frameworks, series that start at 0, and users', () => {
  expect(programs).toHaveLength(7);
});

test('the output of series that start at 0', async () => {
  const url = await run(programs.find((source) => source.includes('startAtZero')) as string);
  const { text } = await ask(`${url}?name[]=shop_payments_total`);
  expect(text).toBe(blocks('text').find((output) => output.includes('shop_payments_total')));
});

test('the example of OpenMetrics 2.0 is valid', () => {
  const example = blocks('text').find((output) => output.includes('# EOF')) as string;
  expect(parseOpenMetrics2(example)).toMatchObject([{ name: 'shop_wait_seconds', samples: [{ exemplars: [{}] }] }]);
});

test('the command and output of the quick start', async () => {
  const metrics = new URL(await run(programs[0] as string));
  const shown = /^curl -g '(.*)'$/.exec((blocks('sh')[0] as string).trim())?.[1] as string;
  const { pathname, search } = new URL(shown);
  const { text } = await ask(new URL(pathname + search, metrics.origin));
  const withoutValue = (output: string) => output.replace(/ \d+\n$/, ' N\n');
  expect(withoutValue(text)).toBe(withoutValue(blocks('text')[0] as string));
});

test('every variable of the page belongs to an option', () => {
  const known = Object.values(prometheusOptions).flatMap(({ environment }) => environment.map(String));
  const named = new Set(page.match(/\b(?:OTELIER|OTEL_EXPORTER)_[A-Z_]+\b/g));
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
});

const password = 'the password of the scraper';
const authorization = `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;

test('the endpoint with users', async () => {
  const url = await run(programs.find((source) => source.includes('users')) as string);
  expect((await ask(url)).status).toBe(401);
  expect((await ask(url, { headers: { authorization } })).status).toBe(200);
});

const folder = makeFolder();

test('the web configuration', async () => {
  const move = (name: string, { certificate, key }: CertificateFiles) => {
    renameSync(certificate, join(folder, `${name}.crt`));
    renameSync(key, join(folder, `${name}.key`));
  };
  const authority = makeCertificate(folder, 'authority');
  const client = makeCertificate(folder, 'client', ['DNS:scraper'], authority);
  const identity = { cert: readFileSync(client.certificate), key: readFileSync(client.key) };
  move('server', makeCertificate(folder, 'own', ['IP:127.0.0.1']));
  move('clients', authority);
  const webConfigFile = join(folder, 'web.yml');
  writeFileSync(webConfigFile, blocks('yaml').find((text) => text.includes('basic_auth_users')) as string);
  const { url } = await serve({ webConfigFile });
  const get = (options: object) =>
    new Promise((resolve, reject) => {
      const asked = request(url, { agent: false, rejectUnauthorized: false, ...options }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, frames: response.headers['x-frame-options'] });
      });
      asked.on('error', reject).end();
    });
  expect(await get({ ...identity, headers: { authorization } })).toEqual({ status: 200, frames: 'deny' });
  expect(await get(identity)).toEqual({ status: 401, frames: 'deny' });
  await expect(get({ headers: { authorization } })).rejects.toThrow();
});

const strategies = [...page.matchAll(/^\| `(\w+)` \| `(\S+)` \| `(\S+)` \|$/gm)].map(
  ([, ...cells]) => cells as [string, string, string],
);

test.each(strategies)('translationStrategy %s gives the names %s and %s', async (strategy, counted, measured) => {
  const { metrics, url } = await serve({
    translationStrategy: strategy as NonNullable<PrometheusInput['translationStrategy']>,
  });
  metrics.shop.orders.add(1, { channel: 'web' });
  metrics.shop.wait.record(1);
  const { text } = await ask(url, { headers: { accept: 'text/plain;version=1.0.0;escaping=allow-utf-8' } });
  const named = (name: string) => (name.includes('.') ? `{"${name}",` : `${name}{`);
  expect(text).toContain(`\n${named(counted)}`);
  expect(text).toContain(`\n${named(`${measured}_count`)}`);
});

test('the page lists every strategy and every route', () => {
  expect(strategies).toHaveLength(4);
  for (const path of ['/metrics', '/health', '/ready', '/dashboard']) expect(page).toContain(`| \`${path}\` |`);
});
