/** Packs and collectors that start by name: programs that are measured without a change to their code. */
import { fileURLToPath } from 'node:url';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { afterEach, expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

const register = ['--import', new URL('../../dist/register.js', import.meta.url).href];
const prometheus = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };

/** A server that answers one request, then prints the metrics of HTTP. `setUp` runs first. */
const application = (setUp = '') => `
  import { createServer } from 'node:http';
  import { createRequire } from 'node:module';
  ${setUp}
  const server = createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { startMetrics } = await import('otelier');
  const metrics = startMetrics();
  await metrics.ready;
  const { port } = server.address();
  for (const path of ['/orders', '/health']) await (await fetch('http://127.0.0.1:' + port + path)).text();
  server.close();
  const text = await metrics.exposition();
  const count = (name) => text.split('\\n').filter((line) => line.startsWith(name + '_seconds_count')).map((line) => Number(line.split(' ').at(-1)));
  console.log(JSON.stringify({ server: count('http_server_request_duration'), client: count('http_client_request_duration') }));
  await metrics.shutdown();`;

async function run(source: string, environment: Record<string, string> = {}, args: readonly string[] = register) {
  const { code, stdout, stderr } = await startApp(source, { ...prometheus, ...environment }, args).end;
  expect(code).toBe(0);
  return { measured: JSON.parse(stdout) as unknown, stderr };
}

const both = { server: [2], client: [2] };
const nothing = { server: [], client: [] };

test.each<[string, Record<string, string>, readonly string[], object]>([
  ['register measures HTTP by default', {}, register, both],
  ['an empty variable counts as unset', { OTELIER_PACKS: ' ' }, register, both],
  ['register measures nothing with none', { OTELIER_PACKS: 'none' }, register, nothing],
  ['startMetrics measures nothing by default', {}, [], nothing],
  ['startMetrics measures what the variable names', { OTELIER_PACKS: 'HTTP, http' }, [], both],
])('%s', async (_, environment, args, measured) => {
  expect(await run(application(), environment, args)).toEqual({ measured, stderr: '' });
});

test.each([
  ['--import', 'register.js'],
  ['--require', 'register.cjs'],
])('%s %s counts the first request of a program', async (flag, file) => {
  const peer = await startHttpPeer();
  const source = `
    const answer = fetch('${peer.url}');
    await (await answer).text();
    const { startMetrics } = await import('otelier');
    const text = await startMetrics().exposition();
    console.log(/^http_client_request_duration_seconds_count.* 1$/m.test(text));`;
  const script = fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
  expect(await run(source, {}, [flag, script])).toEqual({ measured: true, stderr: '' });
  await peer.close();
});

test('a pack in code replaces that of register, with its options', async () => {
  const setUp = `
    import { startMetrics as start } from 'otelier';
    import { http } from 'otelier/packs/http';
    await start().ready;
    start({ packs: { http: http({ ignoreIncoming: ({ url }) => url === '/health' }) } });`;
  expect(await run(application(setUp))).toEqual({ measured: { server: [1], client: [2] }, stderr: '' });
});

const otherLibrary = `
  import { metrics as api } from '@opentelemetry/api';
  const meter = () => api.getMeter('@opentelemetry/instrumentation-http');
  const measure = () => meter().createHistogram('http.server.request.duration', { unit: 's' }).record(1);`;

const ended =
  '[otelier] warn: pack "http" ended: "@opentelemetry/instrumentation-http" measures the same; ' +
  'OTELIER_PACKS=http measures with both, OTELIER_PACKS=none without this message\n';

test.each([
  [
    'after the pack',
    `import { startMetrics as start } from 'otelier'; ${otherLibrary} await start().ready; measure(); measure();`,
  ],
  ['at once', `${otherLibrary} measure();`],
  ['after a request', `${otherLibrary} await fetch('http://127.0.0.1:1').catch(() => {}); measure();`],
  [
    'after a request that was answered',
    `${otherLibrary}
     const first = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
     await new Promise((resolve) => first.once('listening', resolve));
     await (await fetch('http://127.0.0.1:' + first.address().port)).text();
     first.close();
     measure();`,
  ],
])('the default pack ends with a message if another library measures the same, %s', async (_, setUp) => {
  const { measured, stderr } = await run(application(setUp));
  expect({ measured, stderr }).toEqual({
    measured: { server: [setUp.match(/measure\(\);/g)?.length], client: [] },
    stderr: ended,
  });
  expect(ended.length).toBeLessThan(200);
});

test('a pack that is asked for stays', async () => {
  const setUp = `import { startMetrics as start } from 'otelier'; ${otherLibrary} await start().ready; measure();`;
  const { measured } = await run(application(setUp), { OTELIER_PACKS: 'http' });
  expect(measured).toMatchObject({ client: [2] });
});

test('a pack in code that starts first is the only one', async () => {
  const setUp = `
    import { startMetrics as start } from 'otelier';
    import { http } from 'otelier/packs/http';
    start({ packs: { http: http() } });`;
  expect(await run(application(setUp), { OTELIER_PACKS: 'http' }, [])).toEqual({ measured: both, stderr: '' });
});

test('without a backend no pack is loaded', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    const metrics = startMetrics();
    await metrics.ready;
    console.log(process.listenerCount('SIGTERM'));`;
  expect(await run(source, { OTEL_METRICS_EXPORTER: 'none' })).toEqual({ measured: 0, stderr: '' });
});

test('a shutdown before the pack is loaded leaves nothing behind', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    import { channel } from 'node:diagnostics_channel';
    const metrics = startMetrics();
    await metrics.shutdown();
    await metrics.ready;
    console.log(channel('http.server.request.start').hasSubscribers);`;
  expect(await run(source, { OTELIER_PACKS: 'http' }, [])).toMatchObject({ measured: false });
});

test('a shutdown ends the pack', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    import { channel } from 'node:diagnostics_channel';
    const metrics = startMetrics();
    await metrics.ready;
    const before = channel('http.server.request.start').hasSubscribers;
    await metrics.shutdown();
    console.log(JSON.stringify([before, channel('http.server.request.start').hasSubscribers]));`;
  expect(await run(source)).toMatchObject({ measured: [true, false] });
});

afterEach(() => diag.disable());

const expected = 'expected one of http, none; other packs record through calls: pass them to startMetrics({ packs })';

test.each([
  ['htpp', `OTELIER_PACKS: got "htpp", ${expected} (did you mean "http"?); ignored; using no pack`],
  ['genai', `OTELIER_PACKS: got "genai", ${expected}; ignored; using no pack`],
])('OTELIER_PACKS=%s is reported', async (value, message) => {
  const messages: string[] = [];
  const warn = (text: string) => messages.push(text);
  const ignore = () => undefined;
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const environment = { OTEL_METRICS_EXPORTER: 'none', OTELIER_PACKS: value };
  await startMetrics({ isolated: true, environment }).shutdown();
  expect(messages).toEqual([message]);
  expect(message.length).toBeLessThan(200);
  expect(() => startMetrics({ isolated: true, environment: {}, packNames: [value] })).toThrow(
    `packNames: got "${value}", ${expected}`,
  );
});

test('a collector in code replaces that of the variable, with its callbacks', async () => {
  const source = `
    import { startMetrics } from 'otelier';
    import { runtime } from 'otelier/collectors/runtime';
    const metrics = startMetrics();
    await metrics.ready;
    await metrics.exposition();
    startMetrics({ collectors: [runtime({ names: 'prom-client' })] });
    const text = await metrics.exposition();
    const has = (name) => text.includes('\\n' + name);
    console.log(JSON.stringify([has('process_cpu_time_seconds_total'), has('process_cpu_user_seconds_total')]));
    await metrics.shutdown();`;
  const environment = { OTELIER_PACKS: 'none', OTELIER_COLLECTORS: 'runtime' };
  expect(await run(source, environment)).toEqual({ measured: [false, true], stderr: '' });
});

test('a misspelt collector is reported', () => {
  const start = () => startMetrics({ isolated: true, environment: {}, collectorNames: ['runtim'] });
  expect(start).toThrow(
    'collectorNames: got "runtim", expected one of runtime, host, container, gpu, none (did you mean "runtime"?)',
  );
});
