/** Packs and collectors that start by name: shown in the settings, and added by a later start. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { InMemoryReader } from 'otelier/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { startApp } from '../support/program.js';

const register = ['--import', new URL('../../dist/register.js', import.meta.url).href];
afterEach(() => diag.disable());

function captured(): string[] {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  return messages;
}

test.each<[Record<string, string>, string[], object]>([
  [{}, register, { packNames: ['http', 'default'], collectorNames: ['runtime', 'default'] }],
  [{}, [], { packNames: ['', 'default'], collectorNames: ['runtime', 'default'] }],
  [
    { OTELIER_PACKS: 'none', OTELIER_COLLECTORS: 'none' },
    register,
    { packNames: ['none', 'OTELIER_PACKS'], collectorNames: ['none', 'OTELIER_COLLECTORS'] },
  ],
])('the settings show what starts: %j %j', async (environment, args, shown) => {
  const source = `
    import { startMetrics } from 'otelier';
    const { settings, shutdown } = startMetrics();
    const shown = (name) => [settings.get(name).value, settings.get(name).from];
    console.log(JSON.stringify({ packNames: shown('packNames'), collectorNames: shown('collectorNames') }));
    await shutdown();`;
  const { stdout } = await startApp(
    source,
    { OTELIER_COLLECTORS: '', OTEL_METRICS_EXPORTER: 'console', ...environment },
    args,
  ).end;
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual(shown);
});

test('a later start adds packs and collectors by name', async () => {
  const messages = captured();
  const reader = new InMemoryReader();
  const environment = { OTELIER_COLLECTORS: 'none' };
  const metrics = startMetrics({ environment, readers: [reader] });
  await metrics.ready;
  const names = async () => (await reader.points()).map(({ metric }) => metric);
  expect(await names()).not.toContain('nodejs.eventloop.utilization');
  startMetrics({ packNames: ['http'], collectorNames: ['runtime'] });
  await vi.waitFor(async () => expect(await names()).toContain('nodejs.eventloop.utilization'));
  // Both again: they run already.
  startMetrics({ packNames: ['http'], collectorNames: ['runtime'] });
  expect(messages).toEqual([]);
  startMetrics({ packNames: ['none'] });
  expect(messages).toEqual(['startMetrics: metrics are already running; options that differ are ignored: packNames']);
  await metrics.shutdown();
});

test.each<[object, RegExp]>([
  [{ packNames: ['htpp'] }, /packNames: got "htpp", expected one of http, none.* \(did you mean "http"\?\)/],
  [{ packNames: 'http' }, /packNames: got "http", expected an array of names/],
  [{ collectorNames: ['gpus'] }, /collectorNames: got "gpus", expected one of runtime, host, container, gpu, none/],
])('a later start rejects %j', async (options, problem) => {
  const metrics = startMetrics({ environment: { OTEL_METRICS_EXPORTER: 'none' } });
  expect(() => startMetrics(options)).toThrow(problem);
  await metrics.shutdown();
});
