/** A callback that fails is counted in every collection, and reported by its reader or logged once per metric. */
import type { ObservableResult } from '@opentelemetry/api';
import { defineCatalogue, observableGauge, type StartSettings, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { InMemoryReader } from 'otelier/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ResourceMetricsBuilder } from '../../src/model/resource-metrics.js';
import { ask } from '../support/http-raw.js';
import { captureWarnings } from '../support/warnings.js';
import { PlainReader, startEngine } from './provider.js';

const watch = defineCatalogue({
  bad: observableGauge({ name: 'watch.bad', unit: '1', description: 'Bad.' }),
  good: observableGauge({ name: 'watch.good', unit: '1', description: 'Good.' }),
});
const fail = () => {
  throw new Error('no table');
};
const line =
  'observableGauge "watch.bad": callback failed: no table; its series are missing until it succeeds; ' +
  'logged once per metric';

function start(settings: StartSettings = { readers: [new InMemoryReader()] }) {
  const warnings = captureWarnings();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    ...settings,
    catalogues: { watch },
  });
  onTestFinished(async () => void (await metrics.shutdown()));
  metrics.watch.good.addCallback((observation) => observation.observe(1));
  warnings.length = 0;
  return { metrics, warnings, failures: () => metrics.status().rejected.callback_failed };
}

describe('metrics.exposition()', () => {
  test.each<[title: string, callback: () => unknown]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('no table'))],
    ['rejects later', () => new Promise((_, reject) => setImmediate(() => reject(new Error('no table'))))],
  ])('counts a callback that %s, and logs it once', async (_, callback) => {
    const { metrics, warnings, failures } = start();
    metrics.watch.bad.addCallback(callback as () => void);
    for (let times = 1; times <= 3; times++) {
      expect(await metrics.exposition()).toMatch(/^watch_good_ratio\{.*\} 1$/m);
      expect(failures()).toBe(times);
    }
    expect(warnings).toEqual([line]);
  });

  test('is silent about a callback that a scrape has reported', async () => {
    const { metrics, warnings, failures } = start({ backends: [prometheus({ host: '127.0.0.1', port: 0 })] });
    metrics.watch.bad.addCallback(fail);
    await metrics.ready;
    warnings.length = 0;
    await ask(metrics.status().backends[0]?.url as string);
    await metrics.exposition();
    expect(warnings).toEqual([
      'prometheus: incomplete collection: observableGauge "watch.bad": callback failed: no table; ' +
        'the affected series are missing; other metrics are not affected',
    ]);
    expect(failures()).toBe(2);
  });
});

test('the reader for tests hands the error to the test, and does not log it', async () => {
  const reader = new InMemoryReader();
  const { metrics, warnings, failures } = start({ readers: [reader] });
  metrics.watch.bad.addCallback(fail);
  await expect(reader.points()).rejects.toThrow('observableGauge "watch.bad": callback failed: no table');
  await expect(reader.valueOf('watch.good')).rejects.toThrow('no table');
  expect((await reader.collect()).errors).toHaveLength(1);
  expect(warnings).toEqual([]);
  expect(failures()).toBe(3);
});

test('forceFlush() of a backend reports the error', async () => {
  const { metrics, warnings, failures } = start({
    environment: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  });
  metrics.watch.bad.addCallback(fail);
  await metrics.ready;
  await metrics.forceFlush().catch(() => {});
  expect(warnings.filter((warning) => warning.includes('no table'))).toEqual([
    expect.stringContaining('otlp: incomplete collection: observableGauge "watch.bad": callback failed: no table'),
  ]);
  expect(failures()).toBe(1);
});

describe('a collection without waiting, for a process that ends', () => {
  const startWalk = () => {
    const warnings = captureWarnings();
    const reader = new PlainReader();
    const { meter, provider } = startEngine({ readers: [reader] });
    return { warnings, reader, meter, provider, walk: () => reader.producer?.walkNow?.(new ResourceMetricsBuilder()) };
  };

  test.each<[title: string, callback: (result: ObservableResult) => void | Promise<void>]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('no table'))],
  ])('counts a callback that %s, and logs it once', async (_, callback) => {
    const { warnings, meter, provider, walk } = startWalk();
    meter.createObservableGauge('watch.bad').addCallback(callback);
    for (let times = 0; times < 2; times++) walk();
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([line]);
    expect(provider.rejections.callback_failed).toBe(2);
  });

  test('of several instruments, a failure is counted once', () => {
    const { warnings, meter, provider, walk } = startWalk();
    const observables = ['watch.bad', 'watch.other'].map((name) => meter.createObservableGauge(name));
    meter.addBatchObservableCallback(fail, observables);
    walk();
    expect(warnings).toEqual([line]);
    expect(provider.rejections.callback_failed).toBe(1);
  });
});

test('callbacks that hang or are skipped are counted', async () => {
  const reader = new PlainReader();
  const { meter, provider, fireTimers } = startEngine({ readers: [reader] });
  meter.createObservableGauge('watch.slow').addCallback(() => new Promise<void>(() => {}));
  for (let times = 1; times <= 2; times++) {
    const collection = reader.collect();
    await new Promise((resolve) => setImmediate(resolve));
    fireTimers();
    expect((await collection).errors).toHaveLength(1);
    expect(provider.rejections.callback_failed).toBe(times);
  }
});
