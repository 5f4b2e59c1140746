/** Tests the computations of pack `gateway` against exact counts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DistinctCounter, maxExactCount } from '../../src/packs/gateway/distinct.js';
import { standardError } from '../../src/packs/gateway/hyperloglog.js';
import { RequestWindow } from '../../src/packs/gateway/request-window.js';
import { AdaptiveSampler } from '../../src/packs/gateway/sampler.js';
import { BoundedNames, modelFamily } from '../../src/packs/kit/bounded-names.js';

function counterOf(texts: Iterable<string>): DistinctCounter {
  const counter = new DistinctCounter();
  for (const text of texts) counter.add(text);
  return counter;
}

/** Returns the identifiers `prefix-from` to `prefix-(to - 1)`. */
const ids = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${prefix}-${from + index}`);

describe('DistinctCounter', () => {
  test('counts up to 1,024 arbitrary texts exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: maxExactCount }), (texts) => {
        expect(counterOf(texts).count()).toBe(new Set(texts).size);
      }),
    );
  });

  test('counts 1,024 texts exactly, and estimates from 1,025 on', () => {
    const counts = (size: number) => ['a', 'b', 'c', 'd', 'e'].map((prefix) => counterOf(ids(prefix, 0, size)).count());
    expect(counts(maxExactCount)).toEqual(new Array(5).fill(maxExactCount));
    expect(counts(maxExactCount + 1)).not.toEqual(new Array(5).fill(maxExactCount + 1));
  });

  test('estimates larger counts within five standard errors', () => {
    const population = fc.tuple(fc.string({ maxLength: 8 }), fc.integer({ min: maxExactCount + 1, max: 60_000 }));
    fc.assert(
      fc.property(population, ([prefix, size]) => {
        const estimate = counterOf(ids(prefix, 0, size)).count();
        expect(Math.abs(estimate - size) / size).toBeLessThan(5 * standardError);
      }),
      { numRuns: 25 },
    );
  });

  test('has the declared standard error and no bias at any count', () => {
    for (const size of [1_500, 8_000, 15_000, 100_000]) {
      const errors = Array.from({ length: 40 }, (_, run) => counterOf(ids(`u${run}`, 0, size)).count() / size - 1);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
      expect(Math.abs(mean)).toBeLessThan(standardError);
      expect(spread).toBeLessThan(1.5 * standardError);
    }
  });

  test('merges two counters in any order', () => {
    const size = fc.integer({ min: 0, max: 3_000 });
    fc.assert(
      fc.property(size, size, size, (shared, one, other) => {
        const left = [...ids('shared', 0, shared), ...ids('left', 0, one)];
        const right = [...ids('shared', 0, shared), ...ids('right', 0, other)];
        const merged = counterOf(left);
        merged.merge(counterOf(right));
        const reversed = counterOf(right);
        reversed.merge(counterOf(left));
        const whole = counterOf([...left, ...right]);
        expect([merged.count(), reversed.count()]).toEqual([whole.count(), whole.count()]);
      }),
      { numRuns: 40 },
    );
  });

  test('is empty after clear', () => {
    const counter = counterOf(ids('u', 0, 5_000));
    counter.clear();
    expect(counter.count()).toBe(0);
    counter.add('u');
    expect(counter.count()).toBe(1);
  });

  test('estimates as a new counter after clear', () => {
    fc.assert(
      fc.property(fc.integer({ min: maxExactCount - 10, max: 20_000 }), (size) => {
        const counter = counterOf(ids('before', 0, 10_000));
        counter.clear();
        for (const text of ids('after', 0, size)) counter.add(text);
        expect(counter.count()).toBe(counterOf(ids('after', 0, size)).count());
      }),
      { numRuns: 10 },
    );
  });
});

const stating = (streaming?: boolean, cacheHit?: boolean) => ({ streaming, cacheHit });

test('RequestWindow drops old requests in fifths of its length', () => {
  const window = new RequestWindow(1_000);
  expect(window.share(0, 'streaming')).toBeUndefined();
  window.add(0, 'a', 's', stating(true, false), 1);
  window.add(900, 'b', '', stating(false, true), 3);
  expect([window.users(900), window.sessions(900)]).toEqual([2, 1]);
  expect([window.share(900, 'streaming'), window.share(900, 'cacheHit')]).toEqual([0.25, 0.75]);
  expect([window.users(1_000), window.sessions(1_000), window.share(1_000, 'streaming')]).toEqual([1, 0, 0]);
  window.add(1_050, 'b', 's2', stating(true, false), 1);
  expect([window.users(1_050), window.share(1_050, 'streaming')]).toEqual([1, 0.25]);
  expect(window.users(9_999)).toBe(0);
  expect(window.share(9_999, 'streaming')).toBeUndefined();
});

test('RequestWindow computes each share of the requests that state the property', () => {
  const flag = fc.option(fc.boolean(), { nil: undefined });
  const request = fc.record({ streaming: flag, cacheHit: flag, weight: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      const window = new RequestWindow(1_000);
      for (const { weight, ...stated } of requests) window.add(0, '', '', stated, weight);
      for (const property of ['streaming', 'cacheHit'] as const) {
        const sum = (of: boolean) =>
          requests.filter((each) => each[property] === of).reduce((total, { weight }) => total + weight, 0);
        const all = sum(true) + sum(false);
        expect(window.share(0, property)).toBe(all === 0 ? undefined : sum(true) / all);
      }
    }),
  );
});

test('AdaptiveSampler keeps all events below the limit and returns to a ratio of 1', () => {
  const rate = fc.integer({ min: 1, max: 5_000 });
  fc.assert(
    fc.property(fc.array(rate, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 500 }), (seconds, limit) => {
      const sampler = new AdaptiveSampler(limit);
      for (const offered of seconds) {
        let kept = 0;
        for (let event = 0; event < offered; event++) if (sampler.shouldKeep()) kept++;
        // Below the limit no event is dropped, unless the previous second was above the limit.
        if (Math.max(...seconds) <= limit) expect(kept).toBe(offered);
        sampler.endSecond(offered);
      }
      sampler.endSecond(0);
      expect(sampler.ratio).toBe(1);
      expect(sampler.shouldKeep()).toBe(true);
    }),
  );
});

test('AdaptiveSampler samples each of two callers that alternate', () => {
  const sampler = new AdaptiveSampler(10);
  sampler.endSecond(40);
  const kept = [0, 0];
  let weight = 0;
  for (let event = 0; event < 40; event++) {
    if (!sampler.shouldKeep()) continue;
    kept[event % 2] = (kept[event % 2] ?? 0) + 1;
    weight += sampler.stride;
  }
  expect(weight).toBe(40);
  let second = 0;
  for (let run = 0; run < 50; run++) {
    for (let event = 0; event < 40; event++) if (sampler.shouldKeep() && event % 2 === 1) second++;
    sampler.endSecond(40);
  }
  // About half of 500; a result outside these bounds is practically impossible.
  expect(second).toBeGreaterThan(100);
  expect(second).toBeLessThan(400);
});

test.each([
  ['gpt-4o', 'gpt-4o'],
  [' openai/GPT-4o-2024-08-06', 'gpt-4o'],
  ['claude-sonnet-4-20250514', 'claude-sonnet-4'],
  ['claude-sonnet-4@20250514', 'claude-sonnet-4'],
  ['llama3:latest', 'llama3'],
  ['llama3:70b', 'llama3:70b'],
  ['openrouter/meta-llama/llama-3-8b', 'llama-3-8b'],
  ['gpt-4-1106-preview', 'gpt-4-1106-preview'],
  ['o1', 'o1'],
])('normalizes model %s to %s', (given, model) => {
  expect(modelFamily(given)).toBe(model);
});

test('BoundedNames reserves a number of names beside its limit', () => {
  const names = new BoundedNames(1, undefined, [], 2);
  for (const name of ['', '_OTHER', 'x'.repeat(101), 'a', 'A ', 'b', 'c']) names.reserve(name);
  expect(['', '_OTHER', 'a', 'b', 'c', 'd'].map((name) => names.of(name))).toEqual([
    '_OTHER',
    '_OTHER',
    'a',
    'b',
    'c',
    '_OTHER',
  ]);
});

test('BoundedNames records names beyond the limit, too long names and empty names as _OTHER', () => {
  const names = new BoundedNames(2);
  expect(['a', 'b', 'c', 'A ', '', 'x'.repeat(101)].map((name) => names.of(name))).toEqual([
    'a',
    'b',
    '_OTHER',
    'a',
    '_OTHER',
    '_OTHER',
  ]);
  const listed = new BoundedNames(['GPT-4o'], modelFamily);
  expect([listed.of('gpt-4o-latest'), listed.of('gpt-5')]).toEqual(['gpt-4o', '_OTHER']);
});
