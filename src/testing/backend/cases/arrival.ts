/** Delivery cases: no data, every instrument kind, hostile text, extreme numbers. */
import assert from 'node:assert/strict';
import type { InstrumentKind } from '../../../model/instrument.js';
import { expectEqual } from '../expect-equal.js';
import { hostileKeys, hostileValues } from '../recordings.js';
import type { BackendSubject } from '../subject.js';
import { type Trial, withTrial } from '../trial.js';

/** Flushes and asserts success. */
export async function flush({ metrics, status }: Trial): Promise<void> {
  const { backends } = await metrics.forceFlush();
  const [result] = backends;
  assert.ok(result?.ok, `flush failed: ${result?.reason}; status ${JSON.stringify(status())}`);
}

export const sendsNothing = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    await trial.backend.ready;
    await flush(trial);
    expectEqual(await trial.arrived(), [], 'points delivered when nothing was recorded');
    expectEqual(trial.peer.exchanges.length, 0, 'number of requests when nothing was recorded');
    expectEqual(trial.status().failed, 0, 'failed deliveries');
  });

/** Two rounds, to distinguish delta from cumulative points. */
const rounds = [
  { added: 5, level: 7, sizes: [3, 30] },
  { added: 8, level: -2, sizes: [300] },
] as const;

export const deliversEveryKind = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { ordinary } = trial.metrics;
    await trial.backend.ready;
    let [observedSum, observedLevel] = [0, 0];
    ordinary.observedCounter.addCallback((result) => result.observe(observedSum, { lane: 'a' }));
    ordinary.observedUpDownCounter.addCallback((result) => result.observe(observedLevel, { lane: 'a' }));
    ordinary.observedGauge.addCallback((result) => result.observe(observedLevel, { lane: 'a' }));
    for (const { added, level, sizes } of rounds) {
      observedSum += added;
      observedLevel += level;
      for (const lane of ['a', 'b']) {
        ordinary.counter.add(added, { lane });
        ordinary.upDownCounter.add(level, { lane });
        ordinary.gauge.set(level, { lane });
        for (const size of sizes) ordinary.histogram.record(size, { lane });
      }
      await flush(trial);
      // Scrapes a pull backend, which delivers only when scraped.
      await trial.arrived();
    }
    const total = (metric: string, kind: InstrumentKind) => trial.total(`conformance_${metric}`, kind);
    expectEqual(await total('counter', 'counter'), { value: 26, count: 0, series: 2 }, 'counter');
    expectEqual(await total('updown', 'upDownCounter'), { value: 10, count: 0, series: 2 }, 'up-down counter');
    expectEqual(await lastGauge(trial, 'conformance_gauge'), [-2, -2], 'gauge');
    const { value: sizeSum, count, series } = await total('histogram', 'histogram');
    expectEqual({ count, series }, { count: 6, series: 2 }, 'histogram');
    if (!Number.isNaN(sizeSum)) expectEqual(sizeSum, 666, 'histogram sum');
    expectEqual((await total('observed_counter', 'observableCounter')).value, 13, 'observable counter');
    expectEqual((await total('observed_updown', 'observableUpDownCounter')).value, 5, 'observable up-down counter');
    expectEqual(await lastGauge(trial, 'conformance_observed_gauge'), [5], 'observable gauge');
    expectEqual(trial.status().state, 'ok', 'status().state after a delivery');
    if (subject.delivery !== 'pull')
      assert.ok(trial.status().points.exported > 0, 'status().points.exported must count delivered points');
    expectEqual(trial.status().failed, 0, 'failed deliveries');
  });

async function lastGauge(trial: Trial, metric: string): Promise<unknown[]> {
  const last = new Map<string, unknown>();
  for (const point of await trial.arrived()) {
    if (point.metric === metric) last.set(JSON.stringify(point.attributes), point.value);
  }
  return [...last.values()];
}

export const deliversExponential = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    await trial.backend.ready;
    for (const value of [0, 0.001, 2, 1e6]) trial.metrics.ordinary.exponential.record(value, { lane: 'a' });
    await flush(trial);
    const { count, series } = await trial.total('conformance_exponential', 'histogram');
    expectEqual({ count, series }, { count: 4, series: 1 }, 'exponential histogram');
  });

export const deliversHostileText = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { counter, dotted, dashed, long } = trial.metrics.hostile;
    await trial.backend.ready;
    let recorded = 3;
    for (const metric of [dotted, dashed, long]) metric.add(1);
    for (const key of hostileKeys) {
      for (const value of hostileValues) {
        counter.add(1, { [key]: value });
        recorded++;
      }
    }
    for (const value of hostileValues) {
      counter.add(1, Object.fromEntries(hostileKeys.map((key) => [key, value])));
      recorded++;
    }
    await flush(trial);
    const arrived = await trial.arrived();
    const sum = arrived.reduce((total, { value }) => total + (typeof value === 'number' ? value : 0), 0);
    expectEqual(sum, recorded, 'sum of the values recorded with hostile names, keys and values');
  });

const extremes = [0, -1, 1e-300, 5e-324, 1.7976931348623157e308, 2 ** 53, 0.1, 1 / 3, 123456789.12345679];

export const deliversExtremeNumbers = (subject: BackendSubject) =>
  withTrial(subject, async (trial) => {
    const { gauge, counter } = trial.metrics.ordinary;
    await trial.backend.ready;
    for (const [index, value] of extremes.entries()) gauge.set(value, { lane: `l${index}` });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) counter.add(value, { lane: 'a' });
    counter.add(1, { lane: 'a' });
    await flush(trial);
    const points = await trial.arrived();
    const values = points.filter(({ metric }) => metric === 'conformance_gauge').map(({ value }) => value as number);
    const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
    expectEqual(ascending(values), ascending(extremes), 'delivered gauge values');
    expectEqual(
      (await trial.total('conformance_counter', 'counter')).value,
      1,
      'counter value, without NaN, Infinity and negative values',
    );
  });
