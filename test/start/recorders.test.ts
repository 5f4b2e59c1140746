/** What the recorders of packs do when metrics shut down. */
import { metrics as api, DiagLogLevel, diag } from '@opentelemetry/api';
import { counter, defineCatalogue, observableGauge, type Pack, type PackContext, startMetrics } from 'otelier';
import { gateway } from 'otelier/packs/gateway';
import { afterEach, expect, test, vi } from 'vitest';
import { stockReader } from '../support/stock.js';

const definitions = { late: counter({ name: 'late', unit: '1', description: 'Recorded at the end.' }) };
const watched = { level: observableGauge({ name: 'level', unit: '1', description: 'Observed.' }) };
type Context = PackContext<typeof definitions>;

/** A pack whose recorder does `atEnd` when metrics shut down. */
function packOf(atEnd: (context: Context) => void | Promise<void>): Pack<object, typeof definitions> {
  return {
    name: 'ending',
    catalogue: defineCatalogue(definitions),
    recorder: (context) => {
      context.onShutdown(() => atEnd(context));
      return {};
    },
  };
}

function start(atEnd: (context: Context) => void | Promise<void>) {
  const { reader, collect } = stockReader();
  const environment = { OTELIER_SHUTDOWN_TIMEOUT: '400' };
  const metrics = startMetrics({ isolated: true, environment, readers: [reader], packs: { ending: packOf(atEnd) } });
  /** What the reader could still collect when it was told to shut down. */
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
  ['at once', (context: Context) => context.instruments.late.add(2)],
  [
    'after a while',
    async (context: Context) => {
      await new Promise((resolve) => setImmediate(resolve));
      context.instruments.late.add(2);
    },
  ],
])('what a recorder records at the end, %s, is in the last collection', async (_, atEnd) => {
  const { metrics, last } = start(atEnd);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBe(2);
  await metrics.shutdown();
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['throws what cannot be printed', () => Promise.reject(Object.create(null))],
  [
    'throws at once what cannot be printed',
    () => {
      throw Object.create(null);
    },
  ],
])('a recorder that %s holds nothing back', async (_, atEnd) => {
  const { metrics, last } = start(atEnd);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
});

test.each([
  ['throws', () => Promise.reject(new Error('no end'))],
  [
    'throws at once',
    () => {
      throw new Error('no end');
    },
  ],
])('a recorder that %s holds nothing back', async (_, atEnd) => {
  const { metrics, last } = start(atEnd);
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
  expect(warn).toHaveBeenCalledWith('recorder: shutdown callback failed: no end; pending measurements may be lost');
});

test('a recorder that never ends has half of the time', async () => {
  const { metrics, last } = start(() => new Promise(() => {}));
  expect(await metrics.shutdown()).toMatchObject({ ok: true });
  expect(await last).toBeUndefined();
  expect(warn).toHaveBeenCalledWith(
    'recorder: shutdown callbacks did not finish within 200 ms; pending measurements may be lost',
  );
});

test('events that wait in a gateway reach its listeners, also where nothing collects', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ isolated: true, environment, packs: { gateway: gateway() } });
  const heard: string[] = [];
  metrics.gateway.onEvents((events) => heard.push(...events.map(({ model }) => model ?? '')));
  // More than are evaluated at once.
  for (let index = 0; index < 1_000; index++) metrics.gateway.audit({ provider: 'openai', model: 'gpt-4o' });
  await metrics.shutdown();
  expect(heard).toHaveLength(1_000);
});

test('callbacks of a recorder end with the start that created it', async () => {
  const observed: string[] = [];
  const ending: Pack<object, typeof watched> = {
    name: 'watching',
    catalogue: defineCatalogue(watched),
    recorder: ({ instruments }) => {
      const name = `recorder ${++made}`;
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
  let made = 0;
  const lasts: string[][] = [];
  for (let round = 0; round < 3; round++) {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ environment: {}, readers: [reader], packs: { ending } });
    await collect();
    lasts.push(observed.splice(0));
    await metrics.shutdown();
  }
  expect(lasts).toEqual([['recorder 1'], ['recorder 2'], ['recorder 3']]);
});

test('a start during the shutdown of an earlier start is registered', async () => {
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
