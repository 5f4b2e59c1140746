/** Any query over any history has a result or a reason. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { raw, times } from '../../../src/panels/index.js';
import { evaluate } from '../../../src/panels/interpreter/evaluate.js';
import { anySnapshots, historyOf, type Snapshot } from './histories.js';
import { anyQuery, anyRecordedQuery } from './queries.js';

const query = fc.oneof(
  { weight: 10, arbitrary: anyQuery },
  { weight: 4, arbitrary: anyRecordedQuery },
  { weight: 1, arbitrary: anyQuery.map((part) => times(raw('up'), part)) },
);

/** Snapshots whose points may have another kind than their metric, as after a view of the user. */
const snapshots = fc.tuple(fc.constantFrom([], undefined), anySnapshots, fc.nat(3)).map(([none, some, shift]) => {
  const shifted = ({ at, samples }: Snapshot): Snapshot => ({
    at,
    samples: samples.map(({ metric, ...sample }, index) => ({
      ...sample,
      metric: samples[(index + 3 * shift) % samples.length]?.metric ?? metric,
    })),
  });
  return (none ?? some).map(shifted);
});

test('a query does not throw, and is evaluated or has an obstacle', () => {
  fc.assert(
    fc.property(
      snapshots,
      fc.array(query, { maxLength: 10 }),
      fc.integer({ min: -10, max: 900 }),
      (all, queries, at) => {
        const history = historyOf(all, { retentionMs: 200_000 });
        for (const each of queries) {
          const { series, obstacle } = evaluate(each, history, { at: at * 1_000, autoWindow: '1m', step: '15s' });
          expect(series === undefined).toBe(obstacle !== undefined);
          for (const { value } of series ?? []) expect(value).toBeTypeOf('number');
        }
      },
    ),
    { seed: 17, numRuns: 200 },
  );
});
