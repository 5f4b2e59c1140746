/** Load shedding: detail is dropped in a fixed order when deliveries are slow, counted, and restored. */

import type { IMetricReader, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import { counter, defineCatalogue, histogram, instrumentsOf, integer, oneOf, text } from 'otelier';
import { MeterProvider } from 'otelier/engine';
import { expect, test } from 'vitest';
import { openAccount } from '../../src/delivery/account.js';
import { beginCollection } from '../../src/delivery/begin-collection.js';
import type { Exporter, ExportResult } from '../../src/delivery/exporter.js';
import { PeriodicReader } from '../../src/delivery/periodic-reader.js';
import { Shedding } from '../../src/delivery/shedding/shedding.js';
import type { Collected } from '../../src/model/collected.js';
import type { MetricStream, Point, PointVisitor } from '../../src/model/points.js';
import { FakeClock } from '../support/clock.js';
import { histogramPoint, numberPoint } from '../support/points.js';

const work = defineCatalogue({
  done: counter({
    name: 'work.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { outcome: oneOf('ok', 'failed'), user: text(), worker: integer({ limit: 50 }) },
  }),
  time: histogram({
    name: 'work.time',
    unit: 's',
    description: 'Time of a job.',
    buckets: [1, 10],
    attributes: { outcome: oneOf('ok', 'failed'), user: text() },
  }),
  passing: counter({
    name: 'work.passing',
    unit: '{job}',
    description: 'Jobs seen, forgotten when idle.',
    attributes: { user: text() },
    expireAfter: 60_000,
  }),
  trivia: counter({ name: 'work.trivia', unit: '{thing}', description: 'Nobody misses it.', priority: 'low' }),
});

/** Metrics whose deliveries take as long as the test says, on a clock that it moves. */
function start(temporality: 0 | 1) {
  const clock = new FakeClock();
  const said: string[] = [];
  const deliveries = openAccount({
    name: 'test',
    clock,
    where: () => 'nowhere',
    warn: (message) => said.push(message),
    onDelivery() {},
  });
  let takesMs = 0;
  let outcome: ExportResult = { kind: 'accepted' };
  let sent: MetricData[] = [];
  const exporter: Exporter = {
    aggregation: () => ({ type: 0 }),
    temporality: () => temporality,
    async export(collect: () => Promise<Collected>) {
      const collected = await collect();
      const { scopeMetrics } = await collected.resourceMetrics();
      sent = scopeMetrics.flatMap(({ metrics }) => metrics);
      clock.advance(takesMs);
      return outcome;
    },
    close: async () => {},
  };
  const reader = new PeriodicReader(exporter, deliveries, { clock, intervalMs: 1_000, timeoutMs: 1_000 });
  const provider = new MeterProvider({ readers: [reader], exemplarFilter: 'always_on' });
  const instruments = instrumentsOf(work, provider.getMeter('test'));
  const record = () => {
    for (const user of ['ann', 'bob', 'cat']) {
      instruments.done.add(1, { outcome: 'ok', user, worker: 1 });
      instruments.time.record(user.charCodeAt(0) === 97 ? 0.5 : 20, { outcome: 'ok', user });
      instruments.passing.add(1, { user });
    }
    instruments.done.add(5, { outcome: 'failed', user: 'ann', worker: 2 });
    instruments.trivia.add(1);
  };
  const deliver = async (milliseconds: number, kind: ExportResult['kind'] = 'accepted') => {
    record();
    takesMs = milliseconds;
    outcome = kind === 'accepted' ? { kind } : ({ kind, reason: 'told so' } as ExportResult);
    await reader.forceFlush().catch(() => undefined);
    return Object.fromEntries(
      sent.map(({ descriptor, dataPoints }) => [
        descriptor.name.replace('work.', ''),
        (dataPoints as { attributes: object; value: unknown }[]).map(({ attributes, value }) => ({
          attributes,
          value,
        })),
      ]),
    );
  };
  return { deliver, said, shed: () => deliveries.status().shed, close: () => reader.shutdown().catch(() => undefined) };
}

test.each([
  ['delta', 0],
  ['cumulative', 1],
] as const)('%s: each slow delivery adds a step, in order, and sums stay exact', async (name, temporality) => {
  const { deliver, said, shed, close } = start(temporality);
  const times = (round: number) => (name === 'delta' ? 1 : round);
  expect((await deliver(799))['done']).toHaveLength(4);
  expect(shed()).toBeUndefined();
  await deliver(800);
  expect(shed()?.now).toEqual(['exemplars']);
  const third = await deliver(800);
  expect(third['done']).toHaveLength(4);
  expect(shed()).toMatchObject({ now: ['exemplars', 'attributes'], attributes: 0 });
  expect(shed()?.exemplars).toBeGreaterThan(0);

  const fourth = await deliver(900);
  expect(fourth['done']).toEqual([
    { attributes: { outcome: 'ok' }, value: 3 * times(4) },
    { attributes: { outcome: 'failed' }, value: 5 * times(4) },
  ]);
  expect(fourth['time']).toMatchObject([
    {
      attributes: { outcome: 'ok' },
      value: {
        count: 3 * times(4),
        sum: 40.5 * times(4),
        min: 0.5,
        max: 20,
        buckets: { counts: [times(4), 0, 2 * times(4)] },
      },
    },
  ]);
  // The totals of series that come and go would fall.
  expect(fourth['passing']).toHaveLength(3);
  expect(fourth['trivia']).toHaveLength(1);
  expect(shed()).toMatchObject({ now: ['exemplars', 'attributes', 'metrics'], attributes: 4, metrics: 0 });

  const fifth = await deliver(900);
  expect(fifth['trivia']).toBeUndefined();
  expect(fifth['done']).toHaveLength(2);
  expect(fifth['time']).toMatchObject([
    { value: { count: 3 * times(5), sum: 40.5 * times(5), buckets: { counts: [times(5), 0, 2 * times(5)] } } },
  ]);
  expect(shed()).toMatchObject({ attributes: 8, metrics: 1 });
  expect(said.filter((message) => message.includes('dropping'))).toEqual([
    'test: load shedding: an export took 800 of 1000 ms; dropping exemplars until exports are faster',
    'test: load shedding: an export took 800 of 1000 ms; dropping exemplars, attributes until exports are faster',
    'test: load shedding: an export took 900 of 1000 ms; dropping exemplars, attributes, metrics until exports are faster',
  ]);
  await close();
});

test('three consecutive fast deliveries remove a step; other deliveries keep it', async () => {
  const { deliver, said, shed, close } = start(1);
  for (let step = 0; step < 3; step++) await deliver(1_000);
  const steps: number[] = [];
  for (const took of [400, 400, 401, 400, 400, 400, 0, 0, 0, 0, 0, 0, 0]) {
    await deliver(took);
    steps.push(shed()?.now.length ?? -1);
  }
  expect(steps).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0]);
  const all = await deliver(0);
  expect(all['done']).toHaveLength(4);
  expect(all['trivia']).toEqual([{ attributes: {}, value: 17 }]);
  expect(said.at(-1)).toBe('test: load shedding: exports are fast again; nothing is dropped');
  await close();
});

test.each(['failed', 'kept', 'refused', 'empty'] as const)(
  'a delivery that is %s says nothing of load',
  async (kind) => {
    const { deliver, shed, close } = start(0);
    for (let round = 0; round < 3; round++) await deliver(1_000, kind);
    expect(shed()).toBeUndefined();
    await close();
  },
);

test.each(['number', 'histogram'] as const)('a merged %s covers the times of all of its points', async (points) => {
  const scope = { name: 's' };
  const sums = { sum: true, monotonic: true, valueType: 1, detail: ['user'] } as const;
  const stream: MetricStream = { name: 'm', description: '', unit: '', kind: 'counter', scope, points, ...sums };
  const times = [
    [2_000, 5_000],
    [1_000, 4_000],
    [3_000, 6_000],
  ] as const;
  const shedding = new Shedding(1, { shed() {}, trackShed() {} });
  for (let step = 0; step < 2; step++) shedding.delivered(1);
  const collected = shedding.over({
    async walk(visitor: PointVisitor) {
      visitor.metric(stream, 'cumulative');
      for (const [index, [startUnixMs, endUnixMs]] of times.entries()) {
        const common = { series: { attributes: { user: `u${index}` }, index }, startUnixMs, endUnixMs };
        if (points === 'number') visitor.number(numberPoint({ ...common, value: 1 }));
        else {
          const distribution = {
            count: 1,
            sum: 1,
            min: 1,
            max: 1,
            boundaries: [1],
            counts: Float64Array.of(1, 0),
            from: 0,
          };
          visitor.histogram(histogramPoint({ ...common, ...distribution }));
        }
      }
      visitor.end?.();
    },
  } as Collected);
  const merged: (readonly number[])[] = [];
  const keep = ({ startUnixMs, endUnixMs }: Point) => void merged.push([startUnixMs, endUnixMs]);
  await collected.walk({ metric() {}, number: keep, histogram: keep, exponentialHistogram: keep });
  expect(merged).toEqual([[1_000, 6_000]]);
});

test('merged series are the same objects in each collection', async () => {
  let producer: MetricProducer | undefined;
  const reader: IMetricReader = {
    setMetricProducer(given) {
      producer = given;
    },
    selectAggregation: () => ({ type: 0 }),
    selectAggregationTemporality: () => 1,
    selectCardinalityLimit: () => 100,
    collect: async () => ({ resourceMetrics: { resource: {} as never, scopeMetrics: [] }, errors: [] }),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new MeterProvider({ readers: [reader] });
  const { done } = instrumentsOf(work, provider.getMeter('test'));
  const shedding = new Shedding(1, { shed() {}, trackShed() {} });
  shedding.delivered(1);
  shedding.delivered(1);
  const seen: object[][] = [];
  for (const user of ['ann', 'bob', 'cat']) {
    done.add(1, { outcome: 'ok', user, worker: 1 });
    const attributes: object[] = [];
    const nothing = () => {};
    await shedding.over(await beginCollection(producer as unknown as MetricProducer, 1_000)).walk({
      metric: nothing,
      number: (of) => void attributes.push(of),
      histogram: nothing,
      exponentialHistogram: nothing,
    });
    seen.push(attributes);
  }
  expect(seen.map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(seen[1]?.[0]).toBe(seen[0]?.[0]);
  expect(seen[2]?.[0]).toBe(seen[0]?.[0]);
});
