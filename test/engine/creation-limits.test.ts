/** Instruments and scopes that a program creates without end: beyond the limits they record nothing, and are counted. */
import { DiagLogLevel, diag, type Meter } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mostCommonPattern } from '../../src/engine/creation-limits.js';
import { counter, defineCatalogue, startMetrics } from '../../src/index.js';
import { selfScope } from '../../src/model/instrument.js';
import { PlainReader, startEngine } from './provider.js';

const warn = vi.fn();
const ignore = () => {};

beforeEach(() => {
  warn.mockClear();
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
});
afterEach(() => diag.disable());

const messages = () => warn.mock.calls.map(([message]) => message as string);

function limited(limits: { maxInstruments?: number; maxScopes?: number } = {}) {
  const reader = new PlainReader();
  return { reader, ...startEngine({ readers: [reader], limits }) };
}

const creators: Readonly<Record<string, (meter: Meter, name: string) => void>> = {
  counter: (meter, name) => meter.createCounter(name).add(1),
  'up-down counter': (meter, name) => meter.createUpDownCounter(name).add(1),
  gauge: (meter, name) => meter.createGauge(name).record(1),
  histogram: (meter, name) => meter.createHistogram(name).record(1),
  'observable gauge': (meter, name) => meter.createObservableGauge(name).addCallback((result) => result.observe(1)),
  'observable of a batch': (meter, name) => {
    const gauge = meter.createObservableGauge(name);
    meter.addBatchObservableCallback((result) => result.observe(gauge, 1), [gauge]);
  },
};

describe.each(Object.keys(creators))('more instruments than the limit: %s', (kind) => {
  const create = creators[kind] as (meter: Meter, name: string) => void;

  test('the first ones record, the others record nothing and are counted, with one message', async () => {
    const { reader, meter, provider } = limited({ maxInstruments: 10 });
    for (let id = 0; id < 500; id++) create(meter, `request.${id}.seen`);
    expect((await reader.points()).map(({ name }) => name)).toEqual(
      Array.from({ length: 10 }, (_, id) => `request.${id}.seen`),
    );
    expect(provider.rejections.instrument_overflow).toBe(490);
    expect(messages()).toEqual([
      expect.stringMatching(
        /^limit of 10 instruments reached \(maxInstruments\): 10 have names like "request\.\*\.seen"; new instruments record nothing: record the part that varies as an attribute; .*logged once$/,
      ),
    ]);
  });

  test('an instrument that exists is returned and records', async () => {
    const { reader, meter } = limited({ maxInstruments: 1 });
    for (const name of ['a', 'b', 'a', 'c']) create(meter, name);
    expect((await reader.points()).map(({ name }) => name)).toEqual(['a']);
  });
});

test('handles beyond the limit have all methods', () => {
  const { meter } = limited({ maxInstruments: 1 });
  meter.createCounter('first');
  const histogram = meter.createHistogram('second') as unknown as {
    bind(): { record(value: number): void };
    time<T>(work: () => T): T;
    remove(): void;
  };
  histogram.bind().record(1);
  histogram.remove();
  expect(histogram.time(() => 7)).toBe(7);
});

test('the default is 10,000 instruments and 1,000 scopes', async () => {
  const { reader, provider, meter } = limited();
  for (let id = 0; id < 10_001; id++) meter.createCounter(`c${id}`).add(1);
  expect(await reader.points()).toHaveLength(10_000);
  for (let id = 0; id < 1_000; id++) provider.getMeter(`m${id}`);
  expect(provider.rejections).toMatchObject({ instrument_overflow: 1, scope_overflow: 1 });
});

test('instruments of scopes beyond the limit record nothing', async () => {
  const { reader, provider } = limited({ maxScopes: 3 });
  for (let id = 0; id < 50; id++) provider.getMeter('tenant', `${id}`).createCounter('orders').add(1);
  // The first scope is that of the test itself.
  expect(await reader.points()).toHaveLength(2);
  expect(provider.rejections).toMatchObject({ instrument_overflow: 0, scope_overflow: 48 });
  expect(messages()).toEqual([expect.stringContaining('limit of 3 scopes reached (maxScopes): ')]);
});

test('the self-metrics are recorded at any limit', async () => {
  const { reader, provider, meter } = limited({ maxInstruments: 1, maxScopes: 1 });
  meter.createCounter('first').add(1);
  provider.getMeter(selfScope).createCounter('own').add(1);
  expect((await reader.points()).map(({ name }) => name)).toEqual(['first', 'own']);
});

test('refused names are not checked, so that they fill no log', () => {
  const { meter } = limited({ maxInstruments: 1 });
  meter.createCounter('first');
  for (let id = 0; id < 100; id++) meter.createCounter(`${id} is not a name`);
  expect(messages()).toHaveLength(1);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %s is an error', (maxInstruments) => {
  expect(() => limited({ maxInstruments })).toThrow(
    `MeterProvider: maxInstruments: got ${maxInstruments}, expected an integer of 1 or more`,
  );
});

test('startMetrics takes the limits from the environment, and counts in status()', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'console', OTELIER_MAX_INSTRUMENTS: '20', OTELIER_MAX_SCOPES: '1' };
  const define = (name: string) => counter({ name, unit: '1', description: 'One of many.' });
  const definitions = Object.fromEntries(Array.from({ length: 25 }, (_, id) => [`c${id}`, define(`c${id}`)]));
  const many = defineCatalogue(definitions, { scope: { name: 'many' } });
  const few = defineCatalogue({ few: define('few') }, { scope: { name: 'few' } });
  const metrics = startMetrics({ environment, isolated: true, catalogues: { many, few } });
  expect(metrics.status().rejected).toMatchObject({ instrument_overflow: 5, scope_overflow: 1 });
  await metrics.shutdown();
  expect(() => startMetrics({ maxScopes: 0, isolated: true })).toThrow(/maxScopes: got 0, expected scopes from 1 to/);
});

test.each([
  [['request.1', 'request.2', 'request.30', 'other'], 'request.*', 3],
  [['user_ann.calls', 'user_bob.calls', 'user_eve.calls'], 'user_*.calls', 3],
  [['job-3f2a9c1e-aa10', 'job-9b1c77d0-bb20', 'x'], 'job-*', 2],
  [['GET /a', 'GET /b'], 'GET /*', 2],
  [['one'], 'one', 1],
  [[], '*', 0],
])('the most common pattern of %j is %s', (names, pattern, matches) => {
  expect(mostCommonPattern(names)).toEqual({ pattern, matches });
});
