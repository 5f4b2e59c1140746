/** A repeated problem of one instrument is logged once. */
import { DiagLogLevel, diag, type Meter } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlainReader, startEngine } from './provider.js';

const warn = vi.fn();
const ignore = () => {};

beforeEach(() => {
  warn.mockClear();
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
});
afterEach(() => diag.disable());

test.each(['createCounter', 'createGauge', 'createHistogram', 'createObservableGauge'] as const)(
  '%s with 500 descriptions',
  (create) => {
    const { meter } = startEngine();
    for (let index = 0; index < 500; index++) meter[create]('m', { description: `d${index}` });
    expect(warn.mock.calls.flat()).toHaveLength(1);
    expect(warn.mock.calls[0]?.[0]).toContain('different description');
  },
);

test('500 lists of boundaries', () => {
  const { meter } = startEngine();
  for (let index = 0; index < 500; index++)
    meter.createHistogram('m', { advice: { explicitBucketBoundaries: [index] } });
  expect(warn.mock.calls.flat()).toHaveLength(1);
});

const overflows: Readonly<Record<string, (meter: Meter) => void>> = {
  counter(meter) {
    for (let id = 0; id < 3_000; id++) meter.createCounter('m').add(1, { id });
  },
  gauge(meter) {
    for (let id = 0; id < 3_000; id++) meter.createGauge('m').record(1, { id });
  },
  'observable counter': (meter) =>
    meter.createObservableCounter('m').addCallback((result) => {
      for (let id = 0; id < 5_000; id++) result.observe(1, { id });
    }),
  'observable gauge': (meter) =>
    meter.createObservableGauge('m').addCallback((result) => {
      for (let id = 0; id < 5_000; id++) result.observe(1, { id });
    }),
};

test.each(Object.keys(overflows))('overflow of a %s', async (kind) => {
  const reader = new PlainReader();
  const { meter } = startEngine({ readers: [reader] });
  overflows[kind]?.(meter);
  await reader.points();
  await reader.points();
  expect(warn.mock.calls.flat()).toEqual([expect.stringContaining('cardinality limit of 2000 series reached')]);
});
