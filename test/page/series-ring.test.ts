/** Ring of the live page: values by time and series, in fixed memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesRing } from '../../src/page/series-ring.js';

/** Returns times in milliseconds with the values of a series. */
function pointsOf(ring: SeriesRing, key: string): [time: number, value: number | null][] {
  const window = ring.window(0, Number.POSITIVE_INFINITY);
  const values = window.of(key);
  return window.times.map((time, index) => [Math.round(time * 1_000), values[index] ?? null]);
}

describe('append', () => {
  test('keeps the latest times, and null where a series has no value', () => {
    const ring = new SeriesRing(3);
    ring.append(1_000, [['a', 1]]);
    ring.append(2_000, [['b', 2]]);
    ring.append(3_000, [
      ['a', 3],
      ['b', null],
    ]);
    ring.append(4_000, [['a', 4]]);
    expect(pointsOf(ring, 'a')).toEqual([
      [2_000, null],
      [3_000, 3],
      [4_000, 4],
    ]);
    expect(pointsOf(ring, 'b')).toEqual([
      [2_000, 2],
      [3_000, null],
      [4_000, null],
    ]);
    expect([ring.first, ring.last]).toEqual([2_000, 4_000]);
  });

  test('ignores times that are not new', () => {
    const ring = new SeriesRing(4);
    ring.append(2_000, [['a', 1]]);
    ring.append(2_000, [['a', 2]]);
    ring.append(1_000, [['a', 3]]);
    expect(pointsOf(ring, 'a')).toEqual([[2_000, 1]]);
  });

  test('starts again when the clock was set back', () => {
    const ring = new SeriesRing(4);
    ring.append(100_000, [['a', 1]]);
    ring.append(40_000, [['a', 2]]);
    expect(pointsOf(ring, 'a')).toEqual([[40_000, 2]]);
  });

  test('interrupts lines where values are missing for a while', () => {
    const ring = new SeriesRing(8);
    ring.append(1_000, [['a', 1]]);
    ring.append(6_000, [['a', 2]]);
    ring.append(16_000, [['a', 3]]);
    expect(pointsOf(ring, 'a')).toEqual([
      [1_000, 1],
      [6_000, 2],
      [11_000, null],
      [16_000, 3],
    ]);
  });

  test('interrupts lines between processes, however short the pause', () => {
    const ring = new SeriesRing(8);
    ring.append(1_000, [['a', 1]]);
    ring.interrupt();
    ring.append(2_000, [['a', 2]]);
    ring.append(3_000, [['a', 3]]);
    expect(pointsOf(ring, 'a').map(([, value]) => value)).toEqual([1, null, 2, 3]);
  });

  test('drops series without values', () => {
    const ring = new SeriesRing(3);
    ring.append(1_000, [['old', 1]]);
    for (let time = 2; time < 9; time++) ring.append(time * 1_000, [['new', time]]);
    expect(ring.keys).toEqual(['new']);
    expect(ring.latest('old', 9_000)).toBeNull();
  });

  test('holds the last values of any sequence', () => {
    const steps = fc.array(
      fc.record({ step: fc.integer({ min: 1, max: 5_000 }), value: fc.option(fc.double({ noNaN: true })) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 16 }), (all, capacity) => {
        const ring = new SeriesRing(capacity);
        let time = 0;
        const expected: [number, number | null][] = [];
        for (const { step, value } of all) {
          time += step;
          ring.append(time, [['a', value]]);
          expected.push([time, value]);
        }
        expect(pointsOf(ring, 'a')).toEqual(expected.slice(-capacity));
        expect(ring.length).toBe(Math.min(capacity, all.length));
      }),
    );
  });
});

describe('merge', () => {
  test('puts the past before and in place of the values held, without doubles', () => {
    const ring = new SeriesRing(8);
    ring.append(3_000, [['a', 30]]);
    ring.append(4_000, [['a', 40]]);
    ring.merge([1_000, 2_000, 3_000], [['a', [1, 2, 3]]]);
    expect(pointsOf(ring, 'a')).toEqual([
      [1_000, 1],
      [2_000, 2],
      [3_000, 3],
      [4_000, 40],
    ]);
  });

  test('keeps what is older than the history of a server that restarted, with a gap', () => {
    const ring = new SeriesRing(8);
    ring.append(1_000, [['a', 1]]);
    ring.append(2_000, [['a', 2]]);
    ring.interrupt();
    ring.merge([4_000, 5_000], [['a', [4, 5]]]);
    expect(pointsOf(ring, 'a').map(([, value]) => value)).toEqual([1, 2, null, 4, 5]);
  });

  test('closes the gap of a lost connection with the history of the same server', () => {
    const ring = new SeriesRing(16);
    ring.append(1_000, [['a', 1]]);
    ring.append(20_000, [['a', 20]]);
    ring.merge([1_000, 5_000, 10_000, 15_000], [['a', [1, 5, 10, 15]]]);
    expect(pointsOf(ring, 'a').map(([, value]) => value)).toEqual([1, 5, 10, 15, 20]);
  });

  test('ignores an empty history', () => {
    const ring = new SeriesRing(4);
    ring.append(1_000, [['a', 1]]);
    ring.merge([], [['a', []]]);
    expect(pointsOf(ring, 'a')).toEqual([[1_000, 1]]);
  });

  test('leaves times ascending and unique for any history', () => {
    const ascending = fc
      .uniqueArray(fc.integer({ min: 1, max: 60_000 }), { maxLength: 20 })
      .map((times) => times.sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, ascending, (held, past) => {
        const ring = new SeriesRing(64);
        for (const time of held) ring.append(time, [['a', 1]]);
        ring.merge(past, [['a', past.map(() => 2)]]);
        const times = pointsOf(ring, 'a').map(([time]) => time);
        expect(new Set(times).size).toBe(times.length);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const time of past) expect(times).toContain(time);
      }),
    );
  });
});

test('the latest value is that of the last time up to a moment', () => {
  const ring = new SeriesRing(4);
  ring.append(1_000, [['a', 1]]);
  ring.append(2_000, [['a', null]]);
  expect(ring.latest('a', 1_500)).toBe(1);
  expect(ring.latest('a', 2_500)).toBeNull();
  expect(ring.latest('a', 500)).toBeNull();
  expect(ring.latest('missing', 2_000)).toBeNull();
});
