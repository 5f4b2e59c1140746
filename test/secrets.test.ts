/** Secrets occur in no output: every secret option of every backend gets a canary, and all outputs are searched for it. */
import { inspect } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, MetricsError, startMetrics } from 'otelier';
import { afterEach, expect, test, vi } from 'vitest';
import { backendKinds } from '../src/backends/table.js';
import type { Option, OptionTable } from '../src/options/option.js';
import { startHttpPeer } from './support/http-peer.js';
import { ask } from './support/http-raw.js';

const canary = 'canary-7f3a9c51d2';
const shop = defineCatalogue({
  orders: counter({ name: 'secrets.orders', unit: '{order}', description: 'Orders accepted.' }),
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Captures everything that is written or logged from now on. */
function captureOutputs(): string[] {
  const outputs: string[] = [];
  const log = (...parts: unknown[]) => void outputs.push(parts.map((part) => inspect(part)).join(' '));
  diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.ALL);
  const write = (text: unknown) => {
    outputs.push(String(text));
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write as never),
    vi.spyOn(process.stderr, 'write').mockImplementation(write as never),
  ];
  closing.push(() => {
    diag.disable();
    for (const spy of spies) spy.mockRestore();
  });
  return outputs;
}

const kinds = Object.values(backendKinds).map(({ name, options }) => ({ name, options: options as OptionTable }));
const secretOptions = kinds.flatMap(({ name, options }) =>
  Object.entries(options)
    .filter(([, { secret }]) => secret)
    .map(([option, declared]) => ({ name, option, declared })),
);

test('the backends declare secret options', () => {
  expect(secretOptions.map(({ name, option }) => `${name}.${option}`)).toEqual(
    expect.arrayContaining(['otlp.headers', 'prometheus.users', 'prometheus.bearerTokens']),
  );
});

function variablesOf({ environment }: Option<unknown>): string[] {
  return environment.map((variable) => (typeof variable === 'string' ? variable : variable.name));
}

/** Variables that keep all traffic on this machine. */
const local = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9' };

/** Reports whether an option takes a file name. It is secret because users may pass the contents of the file by mistake. */
const isFile = (option: string) => option.endsWith('File');
const contents = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`;

/** Forms of a secret: header, bearer token, plain text, named token, and names with an empty value or `=`. */
const forms = [
  `x-api-key=${canary}`,
  `Authorization=Bearer ${canary}`,
  canary,
  `a=${canary},`,
  `${canary}=`,
  `${canary}==`,
];

test.each(secretOptions)('a variable for $name $option is never printed', async ({ name, option, declared }) => {
  const outputs = captureOutputs();
  for (const variable of variablesOf(declared)) {
    for (const form of isFile(option) ? [contents] : forms) {
      const metrics = startMetrics({
        isolated: true,
        logLevel: 'all',
        environment: { OTEL_METRICS_EXPORTER: name, ...local, [variable]: form },
        exportTimeoutMs: 200,
        shutdownTimeoutMs: 1_000,
        catalogues: { shop },
      });
      outputs.push(inspect(metrics, { depth: 9, showHidden: true }), inspect(metrics.settings, { depth: 9 }));
      outputs.push(String(metrics.settings), JSON.stringify(metrics.settings), JSON.stringify(metrics.status()));
      metrics.shop.orders.add(1);
      await metrics.ready.catch((error: unknown) => outputs.push(inspect(error)));
      outputs.push(JSON.stringify(await metrics.shutdown()), JSON.stringify(metrics.status()));
    }
  }
  expect(outputs.filter((text) => text.includes(canary))).toEqual([]);
});

test.each(secretOptions)('an invalid value for $name $option in code is never printed', ({ name, option }) => {
  const outputs = captureOutputs();
  for (const value of isFile(option) ? [contents] : [7, { [canary]: 7 }, { a: canary }, [canary], canary]) {
    const kind = backendKinds[name];
    try {
      const metrics = startMetrics({
        isolated: true,
        environment: local,
        backends: [{ kind: kind as never, input: { [option]: value } }],
      });
      closing.push(() => metrics.shutdown());
      outputs.push(inspect(metrics.settings, { depth: 9 }), JSON.stringify(metrics.settings));
    } catch (error) {
      expect(error).toBeInstanceOf(MetricsError);
      outputs.push(inspect(error, { depth: 9 }), String(error), JSON.stringify(error));
    }
  }
  expect(outputs.filter((text) => text.includes(canary))).toEqual([]);
});

test.each([
  ['in the URL', (url: string) => ({ endpoint: url.replace('//', `//user:${canary}@`) })],
  ['in a query', (url: string) => ({ endpoint: `${url}/v1/metrics?key=${canary}` })],
  ['in a header', (url: string) => ({ endpoint: url, headers: { 'x-api-key': canary } })],
  ['as a bearer token', (url: string) => ({ endpoint: url, headers: { authorization: `Bearer ${canary}` } })],
  [
    'as a password',
    (url: string) => ({
      endpoint: url,
      headers: { authorization: `Basic ${Buffer.from(`user:${canary}`).toString('base64')}` },
    }),
  ],
])('a secret repeated by a server is never printed: %s', async (_, optionsFor) => {
  const outputs = captureOutputs();
  const peer = await startHttpPeer(({ headers, path }) => {
    const { authorization = '' } = headers;
    const decoded = Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString();
    return { status: 403, body: `wrong: ${path} ${decoded} ${JSON.stringify(headers)} ${canary}` };
  });
  closing.push(peer.close);
  const { otlp } = await import('otelier/backends/otlp');
  const { prometheus } = await import('otelier/backends/prometheus');
  const metrics = startMetrics({
    environment: {},
    logLevel: 'none',
    backends: [otlp(optionsFor(peer.url)), prometheus({ port: 0 })],
    catalogues: { shop },
  });
  closing.push(() => metrics.shutdown());
  metrics.shop.orders.add(1);
  await metrics.ready;
  const flushed = await metrics.forceFlush();
  expect(flushed.ok).toBe(false);
  expect(peer.requests.length).toBeGreaterThan(0);
  const origin = new URL(metrics.status().backends[1]?.url as string).origin;
  const pages = await Promise.all(['/metrics', '/ready', '/health'].map((path) => ask(origin + path)));
  outputs.push(inspect(flushed, { depth: 9 }), inspect(metrics, { depth: 9 }), JSON.stringify(metrics.status()));
  outputs.push(JSON.stringify(metrics.settings), ...pages.map(({ text }) => text));
  expect(outputs.filter((text) => text.includes(canary))).toEqual([]);
});
