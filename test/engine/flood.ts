/** Floods of new attribute sets, run by `flood.test.ts` (50,000 sets) and `flood.slow.test.ts` (a million sets). */
import type { Attributes } from '@opentelemetry/api';
import { observableCounter, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { optionsOf } from '../../src/engine/definition.js';
import { heapUsed } from './heap.js';
import { defined } from './metric.js';
import { PlainReader, type Point, startEngine } from './provider.js';

const setsPerCollection = 2_000;
const limit = 2_000;
const mebibyte = 1_048_576;
/** Collections before the memory measurement starts; the limit is reached by then. */
const warmUp = 10;

const sumOf = (points: readonly Point[]) => points.reduce((sum, { value }) => sum + value, 0);

/** Defines the tests of floods of 2,000 new attribute sets in each of `collections` collections. */
export function describeFloods(collections: number): void {
  /** Runs a flood; returns by how many bytes the heap grew after the warm-up. */
  async function flood(record: (id: number) => void, collect: () => Promise<void>): Promise<number> {
    let before = 0;
    for (let cycle = 0; cycle < collections; cycle++) {
      if (cycle === warmUp) before = heapUsed();
      for (let id = 0; id < setsPerCollection; id++) record(cycle * setsPerCollection + id);
      await collect();
    }
    return heapUsed() - before;
  }

  const sets = (collections * setsPerCollection).toLocaleString('en');
  describe(`${sets} attribute sets over ${collections} collections`, () => {
    test.each(['cumulative', 'delta'] as const)('of counters and histograms, %s', async (temporality) => {
      const reader = new PlainReader(temporality);
      const { meter, clock } = startEngine({ readers: [reader] });
      const requests = meter.createCounter('requests');
      const sizes = meter.createHistogram('sizes');
      const totals = { requests: 0, count: 0, sum: 0 };
      const growth = await flood(
        (id) => {
          requests.add(1, { id });
          sizes.record(id % 7, { id: `user-${id}` });
        },
        async () => {
          clock.advance(1_000);
          const points = await reader.points();
          const seen = { requests: 0, count: 0, sum: 0, sizes: 0, sets: 0 };
          for (const { name, value } of points) {
            if (name === 'requests') {
              seen.requests += value;
              seen.sets++;
            } else {
              seen.count += value.count;
              seen.sum += value.sum;
              seen.sizes++;
            }
          }
          expect(Math.max(seen.sets, seen.sizes)).toBeLessThanOrEqual(limit);
          for (const key of ['requests', 'count', 'sum'] as const)
            totals[key] = seen[key] + (temporality === 'delta' ? totals[key] : 0);
        },
      );
      const recorded = collections * setsPerCollection;
      let sum = 0;
      for (let id = 0; id < recorded; id++) sum += id % 7;
      expect(totals).toEqual({ requests: recorded, count: recorded, sum });
      expect(growth).toBeLessThan(5 * mebibyte);
    });

    test.each(['cumulative', 'delta'] as const)('of observables, %s', async (temporality) => {
      const reader = new PlainReader(temporality);
      const { meter } = startEngine({ readers: [reader] });
      // A set that is observed only once has no delta, and the overflow series stays the same.
      const exact = temporality === 'cumulative';
      let ids: number[] = [];
      const observe = (result: { observe(value: number, attributes: Attributes): void }) => {
        for (const id of ids) result.observe(1, { id });
      };
      meter.createObservableGauge('gauge').addCallback(observe);
      meter.createObservableCounter('counter').addCallback(observe);
      const growth = await flood(
        (id) => ids.push(id),
        async () => {
          const points = await reader.points();
          for (const name of ['gauge', 'counter']) {
            const own = points.filter((point) => point.name === name);
            expect(own.length).toBeLessThanOrEqual(limit);
            if (name === 'counter' && exact) expect(sumOf(own)).toBe(setsPerCollection);
          }
          ids = [];
        },
      );
      expect(growth).toBeLessThan(5 * mebibyte);
    });

    test('of an observed metric that expires', async () => {
      const reader = new PlainReader();
      const { meter, clock } = startEngine({ readers: [reader] });
      const definition = defined(
        observableCounter({
          name: 'm_total',
          unit: '1',
          description: 'M.',
          attributes: { id: text({ limit: 1e6 }) },
          expireAfter: 1e6,
        }),
      );
      let ids: number[] = [];
      meter.createObservableCounter('m_total', optionsOf(definition)).addCallback((result) => {
        for (const id of ids) result.observe(1, { id: String(id) });
      });
      const growth = await flood(
        (id) => ids.push(id),
        async () => {
          clock.advance(1_000);
          expect((await reader.points()).length).toBeLessThanOrEqual(limit);
          ids = [];
        },
      );
      expect(growth).toBeLessThan(5 * mebibyte);
    });
  });
}
