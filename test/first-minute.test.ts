/**
 * What a new user sees in the first minute, in one golden file at 80 columns: the first program with each backend of the
 * environment, and what twenty misuses print. Read its changes as that user would.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpPeer } from './support/http-peer.js';
import { startApp } from './support/program.js';

const columns = 80;

/** The first program of README.md, without its backend. */
const first = (() => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /^```ts run\n([\s\S]*?)^```$/m.exec(page) ?? [];
  return code.replace(/^import .*backends\/console.*\n/m, '').replace(', backends: [consoleTable()]', '');
})();

type HttpPeer = Awaited<ReturnType<typeof startHttpPeer>>;
let collector: HttpPeer;
let intake: HttpPeer;
beforeAll(async () => {
  collector = await startHttpPeer(() => ({ status: 200, body: '' }));
  intake = await startHttpPeer(() => ({ status: 202, body: '{"errors":[]}' }));
});
afterAll(() => Promise.all([collector.close(), intake.close()]));

/** A program and the environment that it runs in. */
interface Run {
  readonly title: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly source?: string;
}

const backends = (): Run[] => [
  { title: 'the default, with a Collector', environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } },
  { title: 'the default, without a Collector', environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9' } },
  { title: 'console', environment: { OTEL_METRICS_EXPORTER: 'console' } },
  { title: 'prometheus', environment: { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' } },
  {
    title: 'datadog',
    environment: { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: 'key-of-test', OTELIER_DATADOG_ENDPOINT: intake.url },
  },
  {
    title: 'pushgateway',
    environment: { OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: collector.url },
  },
  {
    title: 'console and otlp',
    environment: { OTEL_METRICS_EXPORTER: 'console,otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  },
  { title: 'none', environment: { OTEL_METRICS_EXPORTER: 'none' } },
];

const shop = `import * as otelier from 'otelier';
  const { counter, defineCatalogue, gauge, histogram, oneOf, startMetrics } = otelier;
  const metric = { name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' };
  const orders = counter({ ...metric, attributes: { channel: oneOf('web', 'app') } });
  const shop = defineCatalogue({ orders });
`;
const silent = { OTEL_METRICS_EXPORTER: 'none' };
const misuse = (title: string, source: string, environment: Run['environment'] = silent): Run => ({
  title,
  source: shop + source,
  environment,
});
const started = 'const metrics = startMetrics({ catalogues: { shop } });';

const misuses: readonly Run[] = [
  misuse('a misspelt backend', started, { OTEL_METRICS_EXPORTER: 'promethues' }),
  misuse('a misspelt variable', started, { ...silent, OTEL_METRIC_EXPORTER: 'prometheus' }),
  misuse('a misspelt variable of otelier', started, { ...silent, OTELIER_LOG_LEVEL: 'debug' }),
  misuse('an endpoint without a scheme', started, { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:9' }),
  misuse('the port of gRPC', started, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317' }),
  misuse('a doubled path', started, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9/v1/metrics' }),
  misuse('an interval that is no number', started, { ...silent, OTEL_METRIC_EXPORT_INTERVAL: '10s' }),
  misuse('a misspelt option', 'startMetrics({ serviceNam: "shop", catalogues: { shop } });'),
  misuse('a text instead of options', 'startMetrics("shop");'),
  misuse('a catalogue without a name', 'startMetrics({ catalogues: shop });'),
  misuse('a maker instead of a backend', 'startMetrics({ backends: [counter] });'),
  misuse('no definitions', 'defineCatalogue();'),
  misuse('a unit in words', 'defineCatalogue({ wait: gauge({ ...metric, unit: "seconds" }) });'),
  misuse('no description', 'defineCatalogue({ orders: counter({ name: "orders", unit: "1" }) });'),
  misuse('boundaries that fall', 'defineCatalogue({ wait: histogram({ ...metric, unit: "s", buckets: [5, 1] }) });'),
  misuse('one name twice', 'defineCatalogue({ orders, sales: counter(metric) });'),
  misuse(
    'one name in two catalogues',
    'startMetrics({ catalogues: { shop, other: defineCatalogue({ sales: gauge(metric) }) } });',
  ),
  misuse('an endpoint that everybody reaches', `${started} await metrics.ready;`, {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  }),
  misuse(
    'values and attributes that cannot be recorded',
    `${started}
    metrics.shop.orders.add(NaN, { channel: 'web' });
    metrics.shop.orders.add(-1, { channel: 'web' });
    metrics.shop.orders.add(1, { channel: 'web', user: 'ann' });
    metrics.shop.orders.add(1, { channel: 'fax' });
    metrics.shop.orders.add(1);`,
    { OTEL_METRICS_EXPORTER: 'console' },
  ),
  misuse(
    'an exit with undelivered values',
    `${started} metrics.shop.orders.add(1, { channel: 'web' }); process.exit();`,
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9',
    },
  ),
  misuse(
    'an uncaught error with undelivered values',
    `${started} metrics.shop.orders.add(1, { channel: 'web' }); throw new Error('of the application');`,
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9',
    },
  ),
];

/** Breaks lines as a terminal does. */
function atColumns(text: string): string {
  return text.replace(new RegExp(`.{${columns}}(?=.)`, 'gu'), '$&\n');
}

/** Replaces what differs between two runs. */
function stable(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-01T00:00:00.000Z')
    .replace(/(?<=localhost:|127\.0\.0\.1:)(?!9\b|4317\b)\d+/g, 'PORT')
    .replace(/^ +at .*\n/gm, '')
    .replace(/^(?:file|node):.*\n.*\n\s*\^+\n\n?/gm, '')
    .replace(/\n+Node\.js v[\d.]+\n/g, '\n')
    .replace(/file:\S+/g, 'FILE');
}

async function shown({ title, environment = {}, source = first }: Run): Promise<string> {
  const program = startApp(source, { NO_COLOR: '1', OTEL_LOG_LEVEL: 'info', ...environment });
  const { code } = await program.end;
  const output = atColumns(stable(program.output())).trimEnd();
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${stable(value)}`);
  return [`## ${title}`, ...variables, output || '(nothing)', `(exit ${code})`, ''].join('\n');
}

async function inOrder(runs: readonly Run[]): Promise<string> {
  const parts: string[] = [];
  for (let next = 0; next < runs.length; next += 2)
    parts.push(...(await Promise.all(runs.slice(next, next + 2).map(shown))));
  return parts.join('\n');
}

test('each backend by the environment', async () => {
  await expect(await inOrder(backends())).toMatchFileSnapshot('golden/first-minute/backends.txt');
});

test('twenty misuses', async () => {
  expect(misuses.length).toBeGreaterThan(20);
  await expect(await inOrder(misuses)).toMatchFileSnapshot('golden/first-minute/misuses.txt');
});
