/** Tests shutdown callbacks and observable callbacks of recorders. */
import { metrics as api, DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, observableGauge, type Pack, type PackContext, startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { afterEach, expect, test, vi } from 'vitest';
import { stockReader } from '../support/stock.js';

const definitions = { late: counter({ name: 'late', unit: '1', description: 'Recorded at the end.' }) };
const watched = { level: observableGauge({ name: 'level', unit: '1', description: 'Observed.' }) };
type Context = PackContext<typeof definitions>;

/** Returns a pack whose recorder calls `onShutdown` when metrics shut down. */
function packOf(onShutdown: (context: Context) => void | Promise<void>): Pack<object, typeof definitions> {
  return {
    name: 'ending',
    catalogue: defineCatalogue(definitions),
    recorder: (context) => {
      context.onShutdown(() => onShutdown(context));
      return {};
    },
  };
}

function start(onShutdown: (context: Context) => void | Promise<void>) {
  const { reader, collect } = stockReader();
  const environment = { OTELIER_SHUTDOWN_TIMEOUT: '400' };
  const metrics = startMetrics({
    isolated: true,
    environment,
    readers: [reader],
    packs: { ending: packOf(onShutdown) },
  });
  /** Resolves to the value that the reader collects when it shuts down. */
  const last = new Promise((resolve) => {
    vi.spyOn(reader, 'shutdown').mockImplementation(async () => resolve((await collect())[0]?.value));
  });
  return { metrics, last };
}

const warn = vi.fn();
diag.setLogger({ error() {}, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
afterEach(() => {
  warn.mockClear();
  vi.restoreAllMocks();
});

test.each([
  ['immediately', (context: Context) => context.instruments.late.add(2)],
  [
    'later',
    async (context: Context) => {
      await new Promise((resolve) => setImmediate(resolve));
      context.instruments.late.add(2);
    },
  ],
])('includes what a shutdown callback records %s in the last collection', async (_, onShutdown) => {
  const { metrics, last } = start(onShutdown);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBe(2);
  await metrics.shutdown();
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['rejects with an object that cannot be printed', () => Promise.reject(Object.create(null))],
  [
    'throws an object that cannot be printed',
    () => {
      throw Object.create(null);
    },
  ],
])('completes the shutdown if a callback %s', async (_, onShutdown) => {
  const { metrics, last } = start(onShutdown);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
});

test.each([
  ['rejects', () => Promise.reject(new Error('no end'))],
  [
    'throws',
    () => {
      throw new Error('no end');
    },
  ],
])('completes the shutdown if a callback %s', async (_, onShutdown) => {
  const { metrics, last } = start(onShutdown);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
  expect(warn).toHaveBeenCalledWith('recorder: shutdown callback failed: no end; pending measurements may be lost');
});

test('waits for shutdown callbacks for half of the shutdown timeout', async () => {
  const { metrics, last } = start(() => new Promise(() => {}));
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
  expect(warn).toHaveBeenCalledWith(
    'recorder: shutdown callbacks did not finish within 200 ms; pending measurements may be lost',
  );
});

test('delivers buffered gateway events to listeners without a backend', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ isolated: true, environment, packs: { gateway: gateway() } });
  const models: string[] = [];
  metrics.gateway.onEvents((events) => models.push(...events.map(({ model }) => model ?? '')));
  // More than one slice of the evaluation.
  for (let index = 0; index < 1_000; index++) metrics.gateway.audit({ provider: 'openai', model: 'gpt-4o' });
  await metrics.shutdown();
  expect(models).toHaveLength(1_000);
});

test('counts and logs unreadable requests of a gateway like events of other packs', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ isolated: true, environment, packs: { gateway: gateway() } });
  const unreadable = {
    get bytesIn(): number {
      throw new Error('unreadable');
    },
  };
  const openai = metrics.gateway.provider('openai');
  for (let call = 0; call < 2; call++) {
    openai.record(unreadable as never);
    expect(openai.begin().end(unreadable)).toHaveProperty('latencyMs');
  }
  expect(metrics.status().rejected.event_unreadable).toBe(4);
  const counted = 'counted as event_unreadable in status().rejected; logged once per verb';
  expect(warn.mock.calls).toEqual(
    ['Provider.record', 'ActiveRequest.end'].map((verb) => [
      `pack "gateway": ${verb}() dropped an event: unreadable; ${counted}`,
    ]),
  );
  await metrics.shutdown();
});

test('removes the callbacks of a recorder at shutdown', async () => {
  const observed: string[] = [];
  const watching: Pack<object, typeof watched> = {
    name: 'watching',
    catalogue: defineCatalogue(watched),
    recorder: ({ instruments }) => {
      const name = `recorder ${++recorders}`;
      const callback = () => {
        observed.push(name);
      };
      instruments.level.addCallback(callback);
      const other = () => {
        observed.push('removed');
      };
      instruments.level.addCallback(other);
      instruments.level.removeCallback(other);
      return {};
    },
  };
  let recorders = 0;
  const rounds: string[][] = [];
  for (let round = 0; round < 3; round++) {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ environment: {}, readers: [reader], packs: { watching } });
    await collect();
    rounds.push(observed.splice(0));
    await metrics.shutdown();
  }
  expect(rounds).toEqual([['recorder 1'], ['recorder 2'], ['recorder 3']]);
});

test('registers a provider that starts while an earlier one shuts down', async () => {
  const first = startMetrics({ environment: {}, readers: [stockReader().reader], packs: { ending: packOf(nextTurn) } });
  const ended = first.shutdown();
  const { reader, collect } = stockReader();
  const second = startMetrics({ environment: {}, readers: [reader] });
  await ended;
  api.getMeter('app').createCounter('late').add(3);
  expect((await collect()).find(({ name }) => name === 'late')?.value).toBe(3);
  expect(warn).not.toHaveBeenCalled();
  await second.shutdown();
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
