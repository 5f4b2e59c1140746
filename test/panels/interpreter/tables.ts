/** Short histories as tables, and the results of queries over them. */
import type { Duration, Query } from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import { historyOf, type Sample, type Snapshot, type Value } from './histories.js';

/** Labels of a series. */
export type Labels = Record<string, string>;

/** Series with their values at 10, 20, 30 … seconds; `undefined` for a snapshot without the series. */
export type Table = readonly (readonly [metric: unknown, attributes: Labels, values: readonly (Value | undefined)[]])[];

/** Returns the snapshots of a table, one every ten seconds. */
export function snapshotsOf(table: Table): Snapshot[] {
  const length = Math.max(...table.map(([, , values]) => values.length));
  return Array.from({ length }, (_, index) => ({
    at: 10 * (index + 1),
    samples: table.flatMap(([metric, attributes, values]) => {
      const value = values[index];
      return value === undefined ? [] : [{ metric, attributes, value } as Sample];
    }),
  }));
}

/** Evaluates a query; returns pairs of labels and value. */
export function results(query: Query, table: Table, at: number, step: Duration = '10s') {
  const { series, obstacle } = evaluate(query, historyOf(snapshotsOf(table)), {
    at: at * 1_000,
    autoWindow: '30s',
    step,
  });
  return series?.map(({ labels, value }) => [labels, value] as const) ?? obstacle;
}
