/** Lists of names of packs and collectors with mistakes: what starts then, and the message about it. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type StartSettings, startMetrics } from 'otelier';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';
import { http } from 'otelier/packs/http';
import { InMemoryReader } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';
import { startApp } from '../support/program.js';

afterEach(() => diag.disable());

const names = 'expected one of runtime, host, container, gpu, none';
const packNames = 'expected one of http, none';
const packHint = '; other packs record through calls: pass them to startMetrics({ packs })';
const combined = '"none" is combined with other names; the other names are ignored';

type Options = StartSettings & { readonly packs?: { readonly web: ReturnType<typeof http> } };

/** Value of the setting, its source, and the messages without the variable. */
type Row = [variable: string, code: string, settings: Options, value: string, from: string, messages: string[]];

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function started(settings: Options, environment: Record<string, string>) {
  const messages: string[] = [];
  const warn = (text: string) => messages.push(text);
  const ignore = () => undefined;
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const metrics = startMetrics({ readers: [new InMemoryReader()], environment, ...settings });
  stops.push(metrics.shutdown);
  return { metrics, messages };
}

test.each<Row>([
  [
    'hots',
    'no options',
    {},
    'runtime',
    'default',
    [`got "hots", ${names} (did you mean "host"?); ignored; using runtime`],
  ],
  [
    'hots,gppu',
    'no options',
    {},
    'runtime',
    'default',
    [
      `got "hots", ${names} (did you mean "host"?); ignored; using runtime`,
      `got "gppu", ${names} (did you mean "gpu"?); ignored; using runtime`,
    ],
  ],
  [
    'hots,gpu',
    'no options',
    {},
    'gpu',
    'OTELIER_COLLECTORS',
    [`got "hots", ${names} (did you mean "host"?); ignored; using gpu`],
  ],
  [
    'off',
    'no options',
    {},
    'runtime',
    'default',
    [`got "off", ${names} (did you mean "none"?); ignored; using runtime`],
  ],
  ['disk', 'no options', {}, 'runtime', 'default', [`got "disk", ${names}; ignored; using runtime`]],
  [
    'hots',
    'isolated',
    { isolated: true },
    '',
    'default',
    [`got "hots", ${names} (did you mean "host"?); ignored; using no collector`],
  ],
  [
    'hots',
    'collectors: [host()]',
    { collectors: [host()] },
    '',
    'default',
    [`got "hots", ${names} (did you mean "host"?); ignored; using host`],
  ],
  [
    'runtim,gpu',
    'collectors: [runtime()]',
    { collectors: [runtime()] },
    'gpu',
    'OTELIER_COLLECTORS',
    [`got "runtim", ${names} (did you mean "runtime"?); ignored; using runtime, gpu`],
  ],
  [',', 'no options', {}, 'runtime', 'default', ['names no collector; ignored; using runtime']],
  ['none,runtime', 'no options', {}, 'none', 'OTELIER_COLLECTORS', [combined]],
  [
    'none,hots',
    'no options',
    {},
    'none',
    'OTELIER_COLLECTORS',
    [`got "hots", ${names} (did you mean "host"?); ignored; using none`, combined],
  ],
  [
    'none,host',
    'collectors: [runtime()]',
    { collectors: [runtime()] },
    'none',
    'OTELIER_COLLECTORS',
    [combined, '"none" disables the collectors of the code (runtime)'],
  ],
  ['none', 'no options', {}, 'none', 'OTELIER_COLLECTORS', []],
  ['Runtime, runtime,', 'no options', {}, 'runtime', 'OTELIER_COLLECTORS', []],
])('OTELIER_COLLECTORS=%s with %s', (list, _, settings, value, from, expected) => {
  const { metrics, messages } = started(settings, { OTELIER_COLLECTORS: list });
  expect(metrics.settings.get('collectorNames')).toMatchObject({ value, from });
  expect(messages).toEqual(expected.map((message) => `OTELIER_COLLECTORS: ${message}`));
});

test.each<Row>([
  [
    'htpp',
    'no options',
    {},
    '',
    'default',
    [`got "htpp", ${packNames}${packHint} (did you mean "http"?); ignored; using no pack`],
  ],
  [
    'off',
    'no options',
    {},
    '',
    'default',
    [`got "off", ${packNames}${packHint} (did you mean "none"?); ignored; using no pack`],
  ],
  [
    'genai,http',
    'no options',
    {},
    'http',
    'OTELIER_PACKS',
    [`got "genai", ${packNames}${packHint}; ignored; using http`],
  ],
  [
    'genai',
    'packs: { web: http() }',
    { packs: { web: http() } },
    '',
    'default',
    [`got "genai", ${packNames}${packHint}; ignored; using http`],
  ],
  ['none,http', 'no options', {}, 'none', 'OTELIER_PACKS', [combined]],
  [',', 'no options', {}, '', 'default', ['names no pack; ignored; using no pack']],
])('OTELIER_PACKS=%s with %s', (list, _, settings, value, from, expected) => {
  const { metrics, messages } = started(settings, { OTELIER_PACKS: list, OTELIER_COLLECTORS: 'none' });
  expect(metrics.settings.get('packNames')).toMatchObject({ value, from });
  expect(messages).toEqual(expected.map((message) => `OTELIER_PACKS: ${message}`));
  for (const message of messages) expect(message.length).toBeLessThan(200);
});

test('code combines none with other names', () => {
  const { metrics, messages } = started({ collectorNames: ['none', 'host'], packNames: ['none', 'http'] }, {});
  expect(metrics.settings.get('collectorNames')).toMatchObject({ value: 'none', from: 'code' });
  expect(messages).toEqual([`packNames: ${combined}`, `collectorNames: ${combined}`]);
});

test('a misspelled list leaves the defaults of otelier/register running', async () => {
  const source = `
    import { channel } from 'node:diagnostics_channel';
    import { startMetrics } from 'otelier';
    const metrics = startMetrics();
    await metrics.ready;
    const text = await metrics.exposition();
    const hasRuntime = text.includes('\\nprocess_cpu_time_seconds_total');
    console.log(JSON.stringify([hasRuntime, channel('http.server.request.start').hasSubscribers]));
    await metrics.shutdown();`;
  const register = ['--import', new URL('../../dist/register.js', import.meta.url).href];
  const environment = {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTELIER_COLLECTORS: 'runtme',
    OTELIER_PACKS: 'htttp',
  };
  const { code, stdout, stderr } = await startApp(source, environment, register).end;
  expect({ code, running: JSON.parse(stdout) }).toEqual({ code: 0, running: [true, true] });
  expect(stderr.split('\n').map((line) => line.replace(/.*; ignored/, 'ignored'))).toEqual([
    'ignored; using http',
    'ignored; using runtime',
    '',
  ]);
});
