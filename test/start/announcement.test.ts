/** The line at the start: what it says, when it is shown, and that it is never shown twice. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startApp, startNode } from '../support/program.js';

const terminal = ['--import', 'data:text/javascript,process.stderr.isTTY=true'];
const register = ['--import', new URL('../../dist/register.js', import.meta.url).href];
const info = { OTEL_LOG_LEVEL: 'info' };
const starts = (options = '') => `
  import { startMetrics } from 'otelier';
  const metrics = startMetrics(${options});
  await metrics.ready.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await metrics.shutdown();`;

/** Returns what a program writes to stderr, with the numbers of ports replaced. */
async function stderrOf(source: string, environment: Record<string, string>, args: readonly string[] = []) {
  const { code, stderr } = await startApp(source, environment, args).end;
  expect(code).toBe(0);
  return stderr.replace(/(?<=localhost:)\d+/g, 'PORT');
}

const free = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };

test.each<[string, Record<string, string>, string]>([
  [
    'one backend',
    { ...free, ...info },
    'otelier: prometheus http://localhost:PORT/metrics, page http://localhost:PORT/\n',
  ],
  [
    'several backends, without credentials',
    {
      ...free,
      ...info,
      OTEL_METRICS_EXPORTER: 'prometheus,console,pushgateway',
      OTELIER_PUSHGATEWAY_URL: 'http://me:s3cret@localhost:9/?key=s3cret',
    },
    'otelier: prometheus http://localhost:PORT/metrics, page http://localhost:PORT/, console stdout, pushgateway http://[redacted]@localhost:PORT/?[redacted]\n',
  ],
  ['none', { ...info, OTEL_METRICS_EXPORTER: 'none' }, ''],
])('%s', async (_, environment, line) => {
  const source = `${starts()}`;
  expect(
    (await stderrOf(source, environment))
      .split('\n')
      .filter((each) => each.startsWith('otelier:'))
      .join('\n'),
  ).toBe(line.trimEnd());
});

test('readers of the application are named', async () => {
  const source = `
    import { PeriodicExportingMetricReader, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
    const reader = new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(0), exportIntervalMillis: 60000 });
    ${starts('{ readers: [reader], withoutSelfMetrics: true }')}`;
  expect(await stderrOf(source, info)).toBe('otelier: reader\n');
});

test('a backend that did not open is not named', async () => {
  const environment = {
    ...info,
    OTEL_METRICS_EXPORTER: 'prometheus,datadog,console',
    OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
  };
  expect((await stderrOf(starts(), environment)).match(/^otelier: .*$/gm)).toEqual(['otelier: console stdout']);
});

test.each<[string, Record<string, string>, readonly string[], boolean]>([
  ['on a terminal', free, terminal, true],
  ['not in a pipe', free, [], false],
  ['not on a terminal with a chosen level', { ...free, OTEL_LOG_LEVEL: 'warn' }, terminal, false],
  ['with level info', { ...free, ...info }, [], true],
])('is shown %s', async (_, environment, args, isShown) => {
  expect(await stderrOf(starts(), environment, args)).toBe(
    isShown ? 'otelier: prometheus http://localhost:PORT/metrics, page http://localhost:PORT/\n' : '',
  );
});

test('goes to the logger of the application', async () => {
  const source = `
    import { DiagLogLevel, diag } from '@opentelemetry/api';
    const log = (level) => (...text) => console.log(level, ...text);
    diag.setLogger({ error: log('error'), warn: log('warn'), info: log('info'), debug() {}, verbose() {} }, DiagLogLevel.INFO);
    ${starts()}`;
  const { stdout, stderr } = await startApp(source, free).end;
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^info otelier: prometheus http:\/\/localhost:\d+\/metrics, page http:\/\/localhost:\d+\/\n$/);
});

test('is shown once for register, several calls and both module formats', async () => {
  const source = `
    import { createRequire } from 'node:module';
    createRequire(import.meta.url)('otelier').startMetrics();
    ${starts()}`;
  expect((await stderrOf(source, { ...free, ...info }, register)).match(/^otelier: .*$/gm)).toEqual([
    'otelier: prometheus http://localhost:PORT/metrics, page http://localhost:PORT/',
  ]);
});

test('is not shown for isolated metrics', async () => {
  expect(await stderrOf(starts('{ isolated: true }'), { ...free, ...info })).toBe('');
});

test('is shown again for a start after a shutdown', async () => {
  const source = `${starts()} const later = startMetrics(); await later.ready; await later.shutdown();`;
  const line = 'otelier: prometheus http://localhost:PORT/metrics, page http://localhost:PORT/\n';
  expect(await stderrOf(source, { ...free, ...info })).toBe(line + line);
});

test.each(['the line at the start', 'warnings'])('%s cannot end a program whose stderr has no reader', async (what) => {
  const source = `
    import { startMetrics } from 'otelier';
    import { diag } from '@opentelemetry/api';
    process.once('SIGUSR2', async () => {
      clearInterval(wait);
      const metrics = startMetrics();
      await metrics.ready;
      for (let count = 0; count < 20; count++) diag.warn('lost');
      setTimeout(() => {
        console.log('listeners', process.stderr.listenerCount('error'));
        void metrics.shutdown();
      }, 50);
    });
    const wait = setInterval(() => {}, 1_000);
    console.log('up');`;
  const level = { OTEL_LOG_LEVEL: what === 'warnings' ? 'warn' : 'info' };
  const app = startApp(source, { ...free, ...level });
  await app.printed(/up/);
  const closed = new Promise((resolve) => app.child.stderr?.once('close', resolve));
  app.child.stderr?.destroy();
  await closed;
  app.child.kill('SIGUSR2');
  expect(await app.end).toMatchObject({ code: 0, stdout: 'up\nlisteners 0\n' });
});

test('workers of a cluster and threads name themselves', async () => {
  const program = startNode([fileURLToPath(new URL('workers.mjs', import.meta.url))], {
    ...info,
    OTEL_METRICS_EXPORTER: 'console',
  });
  const { code, stderr } = await program.end;
  expect(code).toBe(0);
  expect(stderr.trim().split('\n').sort()).toEqual([
    'otelier (cluster worker 1): console stdout',
    'otelier (cluster worker 2): console stdout',
    'otelier (worker thread 1): console stdout',
  ]);
});
