/** A million attribute sets: never more series than the limit, sums exact, memory constant. */
import type { Attributes } from '@opentelemetry/api';
import { observableCounter, text } from 'otelier';
import { describe, expect, test } from 'vitest';
import { optionsOf } from '../../src/engine/definition.js';
import { heapUsed } from './heap.js';
import { defined } from './metric.js';
import { PlainReader, type Point, startEngine } from './provider.js';

const collections = 500;
const setsPerCollection = 2_000;
const limit = 2_000;
const mebibyte = 1_048_576;

const sumOf = (points: readonly Point[]) => points.reduce((sum, { value }) => sum + value, 0);

/** Runs 500 collections of 2,000 new attribute sets each; returns by how many bytes the heap grew after the first ones. */
async function flood(record: (id: number) => void, collect: () => Promise<void>): Promise<number> {
  let before = 0;
  for (let cycle = 0; cycle < collections; cycle++) {
    // What the limit allows is there after ten collections.
    if (cycle === 10) before = heapUsed();
    for (let id = 0; id < setsPerCollection; id++) record(cycle * setsPerCollection + id);
    await collect();
  }
  return heapUsed() - before;
}

describe('a million attribute sets over 500 collections', { timeout: 120_000 }, () => {
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
    // What was observed once and is observed no more has no delta, and the overflow series stays the same.
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

  test('of long texts, which are not kept whole', async () => {
    const reader = new PlainReader();
    const { meter } = startEngine({ readers: [reader] });
    const instrument = meter.createCounter('m');
    const before = heapUsed();
    for (let id = 0; id < 100; id++) instrument.add(1, { text: `${id} ${'x'.repeat(1_000_000)}${id}` });
    expect(await reader.points()).toHaveLength(100);
    expect(heapUsed() - before).toBeLessThan(5 * mebibyte);
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
