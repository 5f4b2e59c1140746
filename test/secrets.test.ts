/** Secrets occur in no output: every option of every backend that may hold one is given one, and all that is said is read. */
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

/** Everything that is written or logged from now on. */
function listen(): string[] {
  const said: string[] = [];
  const log = (...parts: unknown[]) => void said.push(parts.map((part) => inspect(part)).join(' '));
  diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.ALL);
  const write = (text: unknown) => {
    said.push(String(text));
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
  return said;
}

const kinds = Object.values(backendKinds).map(({ name, options }) => ({ name, options: options as OptionTable }));
const secretOptions = kinds.flatMap(({ name, options }) =>
  Object.entries(options)
    .filter(([, { secret }]) => secret)
    .map(([option, declared]) => ({ name, option, declared })),
);

test('there are options that hold secrets', () => {
  expect(secretOptions.map(({ name, option }) => `${name}.${option}`)).toEqual(
    expect.arrayContaining(['otlp.headers', 'prometheus.users', 'prometheus.bearerTokens']),
  );
});

function variablesOf({ environment }: Option<unknown>): string[] {
  return environment.map((variable) => (typeof variable === 'string' ? variable : variable.name));
}

/** Nothing leaves this machine. */
const local = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:9' };

/** A name of a file is no secret; that somebody gives what is in it instead is why it is never repeated when it is wrong. */
const isFile = (option: string) => option.endsWith('File');
const contents = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`;

/** As a header, as a token by a name, as a hash that is none, alone. */
const forms = [
  `x-api-key=${canary}`,
  `Authorization=Bearer ${canary}`,
  canary,
  `a=${canary},`,
  `${canary}=`,
  `${canary}==`,
];

test.each(secretOptions)(
  'what is set as $name $option by a variable is shown nowhere',
  async ({ name, option, declared }) => {
    const said = listen();
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
        said.push(inspect(metrics, { depth: 9, showHidden: true }), inspect(metrics.settings, { depth: 9 }));
        said.push(String(metrics.settings), JSON.stringify(metrics.settings), JSON.stringify(metrics.status()));
        metrics.shop.orders.add(1);
        await metrics.ready.catch((error: unknown) => said.push(inspect(error)));
        said.push(JSON.stringify(await metrics.shutdown()), JSON.stringify(metrics.status()));
      }
    }
    expect(said.filter((text) => text.includes(canary))).toEqual([]);
  },
);

test.each(secretOptions)('what is wrong as $name $option in code is shown nowhere', ({ name, option }) => {
  const said = listen();
  for (const value of isFile(option) ? [contents] : [7, { [canary]: 7 }, { a: canary }, [canary], canary]) {
    const kind = backendKinds[name];
    try {
      const metrics = startMetrics({
        isolated: true,
        environment: local,
        backends: [{ kind: kind as never, input: { [option]: value } }],
      });
      closing.push(() => metrics.shutdown());
      said.push(inspect(metrics.settings, { depth: 9 }), JSON.stringify(metrics.settings));
    } catch (error) {
      expect(error).toBeInstanceOf(MetricsError);
      said.push(inspect(error, { depth: 9 }), String(error), JSON.stringify(error));
    }
  }
  expect(said.filter((text) => text.includes(canary))).toEqual([]);
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
])('a server that repeats the secret %s is not repeated', async (_, optionsFor) => {
  const said = listen();
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
  said.push(inspect(flushed, { depth: 9 }), inspect(metrics, { depth: 9 }), JSON.stringify(metrics.status()));
  said.push(JSON.stringify(metrics.settings), ...pages.map(({ text }) => text));
  expect(said.filter((text) => text.includes(canary))).toEqual([]);
});
