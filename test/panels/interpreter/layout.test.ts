/** The layout of a history does not change results: series after series, or snapshot after snapshot. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import {
  type Column,
  type HistogramSeries,
  type History,
  numberAt,
  type SeriesHistory,
} from '../../../src/panels/interpreter/history.js';
import { anySnapshots, historyOf } from './histories.js';
import { anyQuery } from './queries.js';

/** Returns a history with the numbers of each snapshot of a series next to each other, and no hints. */
function bySnapshot(history: History): History {
  const { first, end, times, retentionMs } = history;
  const transposed = (columns: readonly Column[]): Column[] => {
    const stride = columns.length;
    const values = new Float64Array(stride * (end - first));
    return columns.map((column, index) => {
      for (let position = first; position < end; position++)
        values[(position - first) * stride + index] = numberAt(column, position);
      return { values, offset: index - first * stride, stride };
    });
  };
  const copies = new Map<SeriesHistory, SeriesHistory>();
  const copyOf = (series: SeriesHistory): SeriesHistory => {
    const { labels } = series;
    if (series.points === 'number') {
      const [value] = transposed([series.value]) as [Column];
      return { points: 'number', labels, value };
    }
    const [count, sum, ...buckets] = transposed([
      series.count,
      series.sum,
      ...((series as HistogramSeries).buckets ?? []),
    ]) as [Column, Column, ...Column[]];
    if (series.points === 'histogram')
      return { points: 'histogram', labels, count, sum, bounds: series.bounds, buckets };
    return { points: series.points, labels, count, sum, sampleAt: (position) => series.sampleAt(position) };
  };
  const seriesOf = (name: string) =>
    history.seriesOf(name).map((series) => {
      const copy = copies.get(series) ?? copyOf(series);
      copies.set(series, copy);
      return copy;
    });
  return { retentionMs, times, first, end, seriesOf };
}

test('equal results', () => {
  fc.assert(
    fc.property(anySnapshots, fc.array(anyQuery, { maxLength: 20 }), (snapshots, queries) => {
      const history = historyOf(snapshots);
      const options = { at: (snapshots.at(-1)?.at ?? 0) * 1_000, autoWindow: '1m', step: '15s' } as const;
      const other = bySnapshot(history);
      for (const query of queries) expect(evaluate(query, other, options)).toEqual(evaluate(query, history, options));
    }),
    { seed: 17, numRuns: 60 },
  );
});
