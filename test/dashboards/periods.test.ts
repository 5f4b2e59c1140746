/** Values that a panel compares are of the same period, and the health of the SDK is shown live. */
import { expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { healthDashboard } from '../../src/health/dashboard.js';
import { obstacleOf } from '../../src/panels/interpreter/obstacle.js';
import { metricsIn, type Query } from '../../src/panels/query.js';

/** Units of the queries that show a statistic of a window, and of those that show one reading. */
function unitsOf(queries: readonly { readonly query: Query }[]): { window: Set<string>; reading: Set<string> } {
  const units = { window: new Set<string>(), reading: new Set<string>() };
  for (const { query } of queries) {
    const of = query.op === 'aggregate' && query.of.op === 'samples' ? units.reading : units.window;
    for (const { unit } of metricsIn(query)) of.add(unit);
  }
  return units;
}

test.each(Object.entries(shipped))('no panel of %s shows a percentile of a window beside one reading', (_, shown) => {
  const panels = shown.dashboard().rows.flatMap((row) => row.panels);
  const compared = panels.filter(({ queries }) => {
    const { window, reading } = unitsOf(queries);
    return queries.some(({ query }) => query.op === 'quantile') && [...reading].some((unit) => window.has(unit));
  });
  expect(compared.map(({ title }) => title)).toEqual([]);
});

test('all panels on the health of the SDK are live', () => {
  const context = { history: { retentionMs: 900_000 } as never, autoWindow: 10_000, step: 60_000 };
  const queries = healthDashboard().rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
  expect(queries.flatMap(({ query }) => obstacleOf(query, context) ?? [])).toEqual([]);
});
