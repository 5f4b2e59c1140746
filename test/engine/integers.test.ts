/** Instruments of the value type INT record integers, as in the SDK of OpenTelemetry. */
import { type Meter, ValueType } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { EngineCounter, EngineGauge, EngineHistogram, EngineUpDownCounter } from '../../src/engine/instruments.js';
import { PlainReader, startEngine } from './provider.js';

const integers = { valueType: ValueType.INT };

/** Each records 0.6, 1.75 and 2 with one instrument. */
const recordings: readonly [name: string, expected: unknown, record: (meter: Meter) => void][] = [
  ['counter', 3, (meter) => each((value) => meter.createCounter('m', integers).add(value))],
  [
    'bound counter',
    3,
    (meter) => each((value) => (meter.createCounter('m', integers) as EngineCounter).bind().add(value)),
  ],
  ['up-down counter', 3, (meter) => each((value) => meter.createUpDownCounter('m', integers).add(value))],
  ['up-down counter, negative', -3, (meter) => each((value) => meter.createUpDownCounter('m', integers).add(-value))],
  [
    'bound up-down counter',
    3,
    (meter) => each((value) => (meter.createUpDownCounter('m', integers) as EngineUpDownCounter).bind().add(value)),
  ],
  ['gauge', 2, (meter) => each((value) => meter.createGauge('m', integers).record(value))],
  ['gauge, set', 2, (meter) => each((value) => (meter.createGauge('m', integers) as EngineGauge).set(value))],
  ['bound gauge', 2, (meter) => each((value) => (meter.createGauge('m', integers) as EngineGauge).bind().set(value))],
  [
    'histogram',
    { count: 3, sum: 3, min: 0, max: 2 },
    (meter) => each((value) => meter.createHistogram('m', integers).record(value)),
  ],
  [
    'bound histogram',
    { count: 3, sum: 3, min: 0, max: 2 },
    (meter) => each((value) => (meter.createHistogram('m', integers) as EngineHistogram).bind().record(value)),
  ],
  ['observable counter', 1, (meter) => meter.createObservableCounter('m', integers).addCallback(observeFraction)],
  ['observable gauge', 1, (meter) => meter.createObservableGauge('m', integers).addCallback(observeFraction)],
];

function each(record: (value: number) => void): void {
  for (const value of [0.6, 1.75, 2]) record(value);
}

function observeFraction({ observe }: { observe(value: number): void }): void {
  observe(1.75);
}

describe.each(recordings)('a %s', (name, expected, record) => {
  test('truncates fractions and counts them', async () => {
    const reader = new PlainReader();
    const { meter, provider } = startEngine({ readers: [reader] });
    record(meter);
    const [point] = await reader.points();
    if (typeof expected === 'number') expect(point?.value).toBe(expected);
    else expect(point?.value).toMatchObject(expected as object);
    expect(provider.rejections.value_fraction).toBe(name.startsWith('observable') ? 1 : 2);
  });
});

test.each([-0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '1.5'])('%s is dropped and counted once', async (value) => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader] });
  const counter = meter.createCounter('m', integers);
  counter.add(1);
  counter.add(value as number);
  expect((await reader.points())[0]?.value).toBe(1);
  expect(Object.values(provider.rejections).reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(provider.rejections.value_fraction).toBe(0);
});

test('an instrument without a value type keeps fractions', async () => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  meter.createCounter('m').add(1.75);
  expect((await reader.points())[0]?.value).toBe(1.75);
});
