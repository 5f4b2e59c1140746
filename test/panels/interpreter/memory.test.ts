/** The limit of a history in bytes: fewer snapshots, then fewer series, and the same results for what is kept. */
import { expect, test } from 'vitest';
import * as panels from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import type { SnapshotHistory } from '../../../src/panels/interpreter/snapshots.js';
import type { Query } from '../../../src/panels/query.js';
import { shop } from '../catalogue.js';
import { exponentialOf, historyOf, type Sample, type Snapshot } from './histories.js';

const unlimited = { retentionMs: 900_000, intervalMs: 1_000, minRetentionMs: 60_000 };

function sample(metric: unknown, value: Sample['value'], attributes = {}): Sample {
  return { metric, attributes, value } as Sample;
}

function results(query: Query, history: SnapshotHistory, at: number) {
  return evaluate(query, history, { at: at * 1_000, autoWindow: '10s' }).series;
}

/** Snapshots of each second: series are added in steps. */
function growing(seconds: number, seriesAt: (second: number) => number): Snapshot[] {
  return Array.from({ length: seconds }, (_, index): Snapshot => {
    const samples = Array.from({ length: seriesAt(index) }, (_, region) =>
      sample(shop.orders, index * (region + 1), { region: `r${region}` }),
    );
    return { at: index + 1, samples };
  });
}

test.each<[string, number, (second: number) => number, held: number, omitted: number]>([
  // A block of 64 series takes 512 bytes for each snapshot that it has room for: a quarter more than are kept, at least 96.
  ['few series: everything', 600_000, () => 64, 900, 0],
  ['many series from the start', 450_000, () => 256, 118, 0],
  ['series that are added', 450_000, (second) => Math.min(256, 2 * second), 118, 0],
  ['series that appear late', 600_000, (second) => (second < 190 ? 64 : 256), 158, 0],
  ['more series than fit', 170_000, () => 256, 60, 128],
])('%s', (_, maxBytes, seriesAt, held, omitted) => {
  const snapshots = growing(200, seriesAt);
  const history = historyOf(snapshots, { ...unlimited, maxBytes });
  const all = historyOf(snapshots, unlimited);
  expect(history.bytes).toBeLessThanOrEqual(maxBytes);
  // Storage grows with the history: it is not that of all snapshots from the start.
  expect(historyOf(snapshots.slice(0, 3), { ...unlimited, maxBytes }).bytes).toBeLessThan(256 * 8 * 200);
  expect(history.retentionMs).toBe(held * 1_000);
  expect(history.omitted).toBe(omitted);
  expect(history.end - history.first).toBe(Math.min(200, held + 1));
  const kept = ['r0', 'r63', 'r64', 'r100', `r${255 - omitted}`];
  for (const over of ['10s', '1m'] as const) {
    const query = panels.rate(shop.orders, { by: ['region'], over, where: { region: kept } });
    expect(results(query, history, 200)).toEqual(results(query, all, 200));
    expect(results(query, history, 200)?.length).toBeGreaterThan(0);
  }
});

test('series that were left out are stored when there is room', () => {
  const all = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => sample(shop.orders, 1, { region: `r${from + index}` }));
  const snapshots = Array.from({ length: 300 }, (_, index): Snapshot => {
    const samples = index < 100 ? all(0, 256) : all(206, 256);
    return { at: index + 1, samples };
  });
  const history = historyOf(snapshots, { ...unlimited, maxBytes: 170_000 });
  expect(history.omitted).toBe(0);
  expect(results(panels.series(shop.orders), history, 300)).toHaveLength(50);
});

test('exponential histograms, whose buckets are not in columns', () => {
  const values: number[] = [];
  const snapshots = Array.from({ length: 400 }, (_, index): Snapshot => {
    values.push(1.1 ** (index % 60));
    const samples = ['a', 'b', 'c'].map((each) => sample(shop.payload, exponentialOf(values, 5), { each }));
    return { at: index + 1, samples };
  });
  const maxBytes = 1_000_000;
  const history = historyOf(snapshots, { ...unlimited, maxBytes });
  const all = historyOf(snapshots, unlimited);
  expect(history.retentionMs).toBeLessThan(400_000);
  expect(history.bytes).toBeLessThanOrEqual(maxBytes);
  expect(all.bytes).toBeGreaterThan(2 * maxBytes);
  const median = panels.quantile(0.5, shop.payload, { over: '1m' });
  expect(results(median, history, 400)).toEqual(results(median, all, 400));
});
