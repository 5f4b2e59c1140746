/** Any query over any history has a result or a reason. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import { anySnapshots, historyOf } from './histories.js';
import { anyQuery, anyRecordedQuery } from './queries.js';

test('a query does not throw, and is evaluated or has an obstacle', () => {
  fc.assert(
    fc.property(
      anySnapshots,
      fc.oneof(anyQuery, anyRecordedQuery),
      fc.integer({ min: -10, max: 900 }),
      (snapshots, query, at) => {
        const history = historyOf(snapshots, { retentionMs: 200_000 });
        const { series, obstacle } = evaluate(query, history, { at: at * 1_000, autoWindow: '1m', step: '15s' });
        expect(series === undefined).toBe(obstacle !== undefined);
        for (const { value } of series ?? []) expect(value).toBeTypeOf('number');
      },
    ),
    { seed: 17, numRuns: 300 },
  );
});
