/** A history in memory: what it keeps, for how long, and how collections fill it. */
import { expect, test } from 'vitest';
import { startMetrics } from '../../../src/index.js';
import { replay } from '../../../src/model/replay.js';
import * as panels from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import { SnapshotHistory } from '../../../src/panels/interpreter/snapshots.js';
import type { Query } from '../../../src/panels/query.js';
import { PlainReader } from '../../engine/provider.js';
import { numberPoint } from '../../support/points.js';
import { shop, shopCatalogue } from '../catalogue.js';
import { exponentialOf, historyOf, type Sample, type Snapshot } from './histories.js';

const minute = { retentionMs: 60_000, intervalMs: 10_000 };

/** Returns labels and values at a time in seconds. */
function results(query: Query, history: SnapshotHistory, at: number) {
  const { series } = evaluate(query, history, { at: at * 1_000, autoWindow: '30s', step: '10s' });
  return series?.map(({ labels, value }) => [labels, value]);
}

function sample(metric: unknown, value: Sample['value'], attributes = {}): Sample {
  return { metric, attributes, value } as Sample;
}

test('collections of the engine, walked or replayed', async () => {
  const reader = new PlainReader('cumulative');
  const metrics = startMetrics({ isolated: true, readers: [reader], catalogues: { shop: shopCatalogue } });
  const target = { job: 'shop', instance: 'a:1' };
  const walked = new SnapshotHistory({ ...minute, labels: target });
  const replayed = new SnapshotHistory({ ...minute, labels: target });
  for (let second = 10; second <= 40; second += 10) {
    metrics.shop.orders.add(20, { channel: 'web', outcome: 'paid' });
    metrics.shop.checkout.record(0.3, { channel: 'app' });
    metrics.shop.payload.record(3);
    metrics.shop.stock.set(second, { shelf: 3 });
    await walked.add(await reader.begin(), second * 1_000);
    const collected = await reader.begin();
    replay(await collected.resourceMetrics(), replayed.snapshotAt(second * 1_000));
  }
  for (const history of [walked, replayed]) {
    expect(results(panels.rate(shop.orders, { by: ['channel', 'job'] }), history, 40)).toEqual([
      [{ channel: 'web', job: 'shop' }, 2],
    ]);
    expect(results(panels.quantile(0.5, shop.checkout, { by: ['channel'] }), history, 40)).toEqual([
      [{ channel: 'app' }, expect.closeTo(0.3, 9)],
    ]);
    const [[, median]] = results(panels.quantile(0.5, shop.payload), history, 40) as [[object, number]];
    expect(median).toBeCloseTo(3, 1);
    expect(results(panels.mean(shop.payload), history, 40)).toEqual([[{}, expect.closeTo(3, 9)]]);
    expect(results(panels.series(shop.stock), history, 40)).toEqual([[{ shelf: '3', ...target }, 40]]);
    expect(history.seriesOf('shop.stock')).toHaveLength(1);
  }
  await metrics.shutdown();
});

test('snapshots of the retained time, however many follow', () => {
  const values: number[] = [];
  const snapshots: Snapshot[] = [];
  for (let index = 1; index <= 100; index++) {
    values.push(2, 3);
    const samples = [sample(shop.open, index), sample(shop.payload, exponentialOf(values, 2))];
    // Series that exist for a while only.
    if (index < 10 || index > 90) samples.push(sample(shop.stock, index, { shelf: '1' }));
    snapshots.push({ at: index * 10, samples });
    const history = historyOf(snapshots, minute);
    expect(history.end - history.first).toBe(Math.min(index, 7));
    expect(results(panels.series(shop.open), history, index * 10)).toEqual([[{}, index]]);
    expect(results(panels.increase(shop.payload, { over: '1m' }), history, index * 10)).toEqual(
      index === 1 ? [] : [[{}, expect.closeTo(Math.min(index < 6 ? index - 1 / 2 : 6, 6) * 2, 0)]],
    );
    const [stocked] = results(panels.countOver(panels.series(shop.stock), '1m'), history, index * 10) ?? [];
    const expected = index <= 90 ? Math.min(index, 6, 15 - index) : Math.min(6, index - 90);
    expect(stocked?.[1] ?? 0).toBe(Math.max(0, expected));
  }
  expect(historyOf(snapshots.slice(0, 60), minute).seriesOf('shop.stock')).toEqual([]);
});

test('many series, which come and go', () => {
  const regions = Array.from({ length: 2_400 }, (_, index) => `${index}`);
  const snapshots = Array.from({ length: 150 }, (_, index): Snapshot => {
    // Each series exists in every snapshot, or in 50 of each 100.
    const present = regions.filter((_, number) => number % 2 === 0 || (index + number) % 100 < 50);
    return { at: 10 * (index + 1), samples: present.map((region) => sample(shop.orders, index, { region })) };
  });
  const history = historyOf(snapshots, minute);
  const present = snapshots.at(-1)?.samples.length;
  const count = { op: 'aggregate', function: 'count', by: [], of: panels.series(shop.orders) } as const;
  const least = { ...count, function: 'min' } as const;
  expect(results(count, history, 1_500)).toEqual([[{}, present]]);
  expect(results(least, history, 1_500)).toEqual([[{}, 149]]);
  const longest = { ...count, function: 'max', of: panels.countOver(panels.series(shop.orders), '1m') } as const;
  expect(results(longest, history, 1_500)).toEqual([[{}, 6]]);
  expect(results({ ...longest, function: 'min' }, history, 1_500)).toEqual([[{}, 1]]);
});

test('a snapshot is visible from the end of its walk, and an interrupted walk leaves nothing', () => {
  const history = historyOf([{ at: 10, samples: [sample(shop.open, 1), sample(shop.waitMs, 1)] }], minute);
  const values = () => [shop.open, shop.waitMs].map((metric) => results(panels.series(metric), history, 20)?.[0]?.[1]);
  const stream = (name: string) => ({
    name,
    description: '',
    unit: '',
    kind: 'gauge' as const,
    scope: { name: 'shop' },
    points: 'number' as const,
    sum: false,
    monotonic: false,
    valueType: 1 as const,
  });
  const point = (value: number) =>
    numberPoint({ series: { attributes: {}, index: 0 }, startUnixMs: 0, endUnixMs: 0, value });
  const interrupted = history.snapshotAt(20_000);
  interrupted.metric(stream('shop.carts.open'), 'cumulative');
  interrupted.number(point(2));
  expect(values()).toEqual([1, 1]);
  const next = history.snapshotAt(20_000);
  next.metric(stream('shop.wait_ms'), 'cumulative');
  next.number(point(3));
  next.end?.();
  expect(values()).toEqual([undefined, 3]);
});

test('a time that is not after the last one starts anew', () => {
  const history = historyOf(
    [
      { at: 1_000, samples: [sample(shop.open, 1)] },
      { at: 1_010, samples: [sample(shop.open, 2)] },
      { at: 500, samples: [sample(shop.open, 3)] },
      { at: 510, samples: [sample(shop.open, 4)] },
    ],
    minute,
  );
  expect(results(panels.avgOver(panels.series(shop.open), '1m'), history, 510)).toEqual([[{}, 3.5]]);
  expect(results(panels.series(shop.open), history, 1_010)).toEqual([]);
});

test('a histogram with other bounds is another series', () => {
  const checkout = (...bounds: number[]) => ({ ...shop.checkout, buckets: bounds });
  const counts = (sum: number, ...each: number[]) => ({ counts: each, sum });
  const history = historyOf(
    [
      { at: 10, samples: [sample(checkout(1, 2), counts(1, 1, 0, 0))] },
      { at: 20, samples: [sample(checkout(1, 2), counts(2, 2, 0, 0))] },
      { at: 30, samples: [sample(checkout(1, 4), counts(1, 0, 1, 0))] },
      { at: 40, samples: [sample(checkout(1, 4), counts(2, 0, 2, 0))] },
    ],
    minute,
  );
  expect(history.seriesOf('shop.checkout.duration')).toHaveLength(2);
  expect(results(panels.quantile(0.5, shop.checkout, { over: '20s' }), history, 40)).toEqual([[{}, 2.5]]);
});

test('delta points are refused', async () => {
  const reader = new PlainReader('delta');
  const metrics = startMetrics({ isolated: true, readers: [reader], catalogues: { shop: shopCatalogue } });
  metrics.shop.orders.add(1, { channel: 'web', outcome: 'paid' });
  const adding = new SnapshotHistory(minute).add(await reader.begin(), 1_000);
  await expect(adding).rejects.toThrow(/history of shop\.orders.*cumulative/);
  await metrics.shutdown();
});
