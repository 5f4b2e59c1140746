/** Collectors of a start: the default, those of the code and of the environment, and what they must not disturb. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { consoleTable } from 'otelier/backends/console';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';
import { parseExposition } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const prometheus = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
const consoleOnly = { OTEL_METRICS_EXPORTER: 'console' };

async function run(source: string, environment: Record<string, string>) {
  const { code, stdout, stderr } = await startApp(source, { OTELIER_COLLECTORS: '', ...environment }).end;
  expect(code).toBe(0);
  return { stdout, stderr };
}

/** Prints which metrics of the runtime the endpoint shows. */
const program = (start: string) => `
  import { startMetrics } from 'otelier';
  import { runtime } from 'otelier/collectors/runtime';
  const metrics = ${start};
  await metrics.ready;
  const text = await metrics.exposition();
  const has = (name) => text.includes('\\n' + name);
  console.log(has('process_cpu_time_seconds_total') ? 'otel' : has('process_cpu_user_seconds_total') ? 'prom-client' : 'none');
  await metrics.shutdown();`;

const disabledByNone = '[otelier] warn: OTELIER_COLLECTORS: "none" disables the collectors of the code (runtime)\n';

test.each<[start: string, environment: Record<string, string>, shown: string, stderr?: string]>([
  ['startMetrics()', {}, 'otel'],
  ['startMetrics()', { OTELIER_COLLECTORS: ' ' }, 'otel'],
  ['startMetrics()', { OTELIER_COLLECTORS: 'none' }, 'none'],
  ['startMetrics()', { OTELIER_COLLECTORS: 'Runtime,runtime' }, 'otel'],
  ['startMetrics()', { OTELIER_RUNTIME_NAMES: 'prom-client' }, 'prom-client'],
  ["startMetrics({ runtimeNames: 'prom-client' })", {}, 'prom-client'],
  ["startMetrics({ collectorNames: ['none'] })", {}, 'none'],
  ['startMetrics({ collectors: [] })', {}, 'otel'],
  ["startMetrics({ collectors: [runtime({ names: 'prom-client' })] })", {}, 'prom-client'],
  [
    "startMetrics({ collectors: [runtime({ names: 'prom-client' })] })",
    { OTELIER_COLLECTORS: 'runtime' },
    'prom-client',
  ],
  ['startMetrics({ collectors: [runtime()] })', { OTELIER_COLLECTORS: 'none' }, 'none', disabledByNone],
  ["startMetrics({ packs: { node: runtime({ names: 'prom-client' }) } })", {}, 'prom-client'],
  ['startMetrics({ isolated: true })', {}, 'none'],
  ['startMetrics({ isolated: true, collectors: [runtime()] })', {}, 'otel'],
  ['(startMetrics(), startMetrics({ collectors: [runtime({ names: "prom-client" })] }))', {}, 'prom-client'],
])('%s with %j shows names of %s', async (start, environment, shown, stderr = '') => {
  expect(await run(program(start), { ...prometheus, ...environment })).toEqual({ stdout: `${shown}\n`, stderr });
});

test('otelier/register starts the default collector', async () => {
  const register = ['--import', new URL('../../dist/register.js', import.meta.url).href];
  const { stdout } = await startApp(
    program('startMetrics()'),
    { ...prometheus, OTELIER_COLLECTORS: '', OTELIER_PACKS: 'none' },
    register,
  ).end;
  expect(stdout).toBe('otel\n');
});

const library = (names: string) => `
  import { metrics as api } from '@opentelemetry/api';
  const measure = () => {
    const meter = api.getMeter('@opentelemetry/instrumentation-runtime-node');
    for (const name of ${names}) meter.createObservableGauge(name, { unit: 's' }).addCallback((result) => result.observe(7));
  };`;

test.each([
  ['after the start', 'const started = startMetrics(); measure();'],
  ['when the collector runs', 'const started = startMetrics(); await started.ready; measure();'],
])('the default collector ends if a library measures the same %s', async (_, order) => {
  const source = `
    import { startMetrics } from 'otelier';
    ${library("['nodejs.eventloop.delay.p99']")}
    ${order}
    await started.ready;
    const text = await started.exposition();
    console.log(text.split('\\n').filter((line) => /^(nodejs|process|v8js)_/.test(line)).map((line) => line.split(' ').at(-1)).join());
    await started.shutdown();`;
  const { stdout, stderr } = await run(source, prometheus);
  expect(stdout).toBe('7\n');
  expect(stderr).toBe(
    '[otelier] warn: collector "runtime" ended: "@opentelemetry/instrumentation-runtime-node" measures the same; ' +
      'OTELIER_COLLECTORS=runtime measures with both, OTELIER_COLLECTORS=none without this message\n',
  );
});

const orders = `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
  const metrics = startMetrics({ serviceName: 'shop', catalogues: { shop } });
  metrics.shop.orders.add(1);
  await metrics.ready;`;

test.each<[title: string, environment: Record<string, string>, shown: boolean]>([
  ['hides the default collector', {}, false],
  ['shows collectors that are chosen', { OTELIER_COLLECTORS: 'runtime' }, true],
])('the console %s', async (_, environment, shown) => {
  const { stdout } = await run(`${orders} await metrics.shutdown();`, { ...consoleOnly, ...environment });
  expect(stdout).toContain('shop.orders  counter, {order}\n  1');
  expect(stdout.includes('process.uptime')).toBe(shown);
});

test('metrics of collectors are not counted as lost when a process ends at once', async () => {
  const source = `${orders} await metrics.exposition(); process.exit();`;
  const { stderr } = await run(source, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(stderr).toContain('lost the last values of 1 metric for otlp');
});

test('a program that does nothing more ends by itself', async () => {
  expect((await run(orders, consoleOnly)).stdout).toContain('shop.orders');
});

test('without a backend, no timer and no observer runs', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    import { runtime } from 'otelier/collectors/runtime';
    const metrics = startMetrics({ collectors: [runtime()] });
    await metrics.ready;
    console.log(process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length);`;
  expect((await run(source, { OTEL_METRICS_EXPORTER: 'none' })).stdout).toBe('0\n');
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

test('a collector in code needs no property of the result, and two calls share it', async () => {
  const messages: string[] = [];
  const warn = (text: string) => messages.push(text);
  const ignore = () => undefined;
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const options = () => ({ environment: {}, backends: [consoleTable()], collectors: [runtime()] });
  const metrics = startMetrics(options());
  stops.push(metrics.shutdown);
  const again = startMetrics(options());
  expect(Object.keys(again)).toEqual(Object.keys(metrics));
  const families = parseExposition(await metrics.exposition());
  const uptime = families.filter(({ name }) => name === 'process_uptime_seconds');
  expect(uptime.map(({ samples }) => samples.length)).toEqual([1]);
  expect(messages).toEqual([]);
});

test.each<[title: string, collectors: unknown, message: string]>([
  ['not a list', runtime(), 'expected a list'],
  ['a name', ['runtime'], 'collectors[0]: got "runtime", expected a collector such as runtime()'],
  ['the function instead of its result', [runtime], 'expected a collector such as runtime()'],
])('wrong collectors are rejected: %s', (_, collectors, message) => {
  const start = () => startMetrics({ isolated: true, environment: {}, collectors: collectors as never });
  expect(start).toThrow(message);
});

/** Starts metrics without a backend of the environment, and returns what they log. */
function startedWith(options: Parameters<typeof startMetrics>[0]) {
  const messages: string[] = [];
  const warn = (text: string) => messages.push(text);
  const ignore = () => undefined;
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const metrics = startMetrics({ environment: {}, backends: [consoleTable()], ...options });
  stops.push(metrics.shutdown);
  return { metrics, messages };
}

const promClient = () => runtime({ names: 'prom-client' });

test.each<[title: string, options: object, problems: string[]]>([
  [
    'other names',
    { collectors: [runtime(), promClient()] },
    ['collectors[1]: expected one collector "runtime": collectors[0]'],
  ],
  [
    'another interval',
    { collectors: [host(), runtime(), host({ perCpu: true })] },
    ['collectors[2]: expected one collector "host": collectors[0]'],
  ],
  [
    'three',
    { collectors: [runtime(), runtime({ intervalMs: 5 }), runtime({ resolutionMs: 20 })] },
    [
      'collectors[1]: expected one collector "runtime": collectors[0]',
      'collectors[2]: expected one collector "runtime": collectors[0]',
    ],
  ],
  [
    'one in packs',
    { collectors: [runtime()], packs: { node: promClient() } },
    ['packs.node: expected one collector "runtime": collectors[0]'],
  ],
  [
    'both in packs',
    { packs: { one: runtime(), two: promClient() } },
    ['packs.two: expected one collector "runtime": packs.one'],
  ],
])('two collectors of one name and other options are rejected: %s', (_, options, problems) => {
  const rejected = expect.objectContaining({
    code: 'METRICS_OPTIONS_INVALID',
    message: `Options are invalid:${problems.map((problem) => `\n  - ${problem} is one with other options`).join('')}\n  Correct the listed options; what depends on them was not started or created. [METRICS_OPTIONS_INVALID]`,
  });
  expect(() => startMetrics({ isolated: true, environment: {}, ...options })).toThrow(rejected);
  // A later call, too.
  startedWith({ collectorNames: ['none'] });
  expect(() => startMetrics(options)).toThrow(rejected);
});

test('two collectors that are the same are one', async () => {
  const { metrics, messages } = startedWith({ collectors: [runtime(), runtime()] });
  const uptime = parseExposition(await metrics.exposition()).filter(({ name }) => name === 'process_uptime_seconds');
  expect(uptime.map(({ samples }) => samples.length)).toEqual([1]);
  expect(messages).toEqual([]);
});

const stays = (name: string) =>
  `startMetrics: collector "${name}" is already running with other options; the later options are ignored; create the collector in one module`;

test.each<[title: string, first: object, later: object, message: string | undefined, shown: string[]]>([
  ['other names', { collectors: [runtime()] }, { collectors: [promClient()] }, stays('runtime'), ['otel']],
  [
    'OpenTelemetry names',
    { collectors: [promClient()] },
    { collectors: [runtime()] },
    stays('runtime'),
    ['prom-client'],
  ],
  [
    'another interval',
    { collectors: [runtime()] },
    { collectors: [runtime({ intervalMs: 5 })] },
    stays('runtime'),
    ['otel'],
  ],
  ['a pack', { collectors: [runtime()] }, { packs: { node: promClient() } }, stays('runtime'), ['otel']],
  ['after a pack', { packs: { node: runtime() } }, { collectors: [promClient()] }, stays('runtime'), ['otel']],
  ['the same', { collectors: [promClient()] }, { collectors: [promClient()] }, undefined, ['prom-client']],
  ['another metric', { collectors: [host()] }, { collectors: [host({ perCpu: true })] }, stays('host'), []],
  ['another group', { collectors: [host()] }, { collectors: [host({ groups: { disk: false } })] }, stays('host'), []],
  ['disabled', { collectorNames: ['none'], collectors: [runtime()] }, { collectors: [promClient()] }, undefined, []],
])('a later collector does not replace the running one: %s', async (_, first, later, message, shown) => {
  const { metrics, messages } = startedWith(first);
  const before = parseExposition(await metrics.exposition()).map(({ name }) => name);
  messages.length = 0;
  startMetrics(later);
  const after = parseExposition(await metrics.exposition()).map(({ name }) => name);
  expect(messages).toEqual(message === undefined ? [] : [message]);
  expect(after).toEqual(before);
  const names = { otel: 'process_cpu_time_seconds_total', 'prom-client': 'process_cpu_user_seconds_total' };
  expect(Object.entries(names).flatMap(([each, name]) => (after.includes(name) ? each : []))).toEqual(shown);
});

test('without self-metrics, collectors have no metrics about themselves', async () => {
  const settings = { isolated: true, environment: {}, collectors: [runtime()] } as const;
  const shown = async (withoutSelfMetrics: boolean) => {
    const metrics = startMetrics({ ...settings, backends: [consoleTable()], withoutSelfMetrics });
    stops.push(metrics.shutdown);
    return parseExposition(await metrics.exposition()).flatMap(({ name }) => name.match(/^otelier_.*/) ?? []);
  };
  expect(await shown(false)).toEqual([
    'otelier_collector_busy_seconds_total',
    'otelier_collector_reads_total',
    'otelier_collector_failures_total',
  ]);
  expect(await shown(true)).toEqual([]);
});
