/** What the benchmark pack computes, against values worked out by hand and laws that hold for any input. */
import fc from 'fast-check';
import { fScore, goodput, inceptionScore, temporalConsistency } from 'otelier/packs/benchmark';
import { describe, expect, test } from 'vitest';

function fail(): never {
  throw new Error('hostile');
}

describe('the F-score', () => {
  test.each([
    ['all right', { truePositives: 5, falsePositives: 0, falseNegatives: 0 }, [1, 1, 1]],
    ['some right', { truePositives: 6, falsePositives: 2, falseNegatives: 4 }, [0.75, 0.6, 2 / 3]],
    ['nothing reported', { truePositives: 0, falsePositives: 0, falseNegatives: 3 }, [0, 0, 0]],
    ['nothing to report', { truePositives: 0, falsePositives: 3, falseNegatives: 0 }, [0, 0, 0]],
    ['nothing at all', { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 9 }, [0, 0, 0]],
    ['no results', [], [0, 0, 0]],
    [
      'a negative count',
      { truePositives: -1, falsePositives: 3, falseNegatives: 0 },
      [Number.NaN, Number.NaN, Number.NaN],
    ],
    ['a result that is none', [{ expected: true }], [Number.NaN, Number.NaN, Number.NaN]],
  ])('of %s', (_, predictions, [precision, recall, f1]) => {
    expect(fScore(predictions as never)).toEqual({ precision, recall, f1 });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a text', 'all of them'],
    ['results of which one is nothing', [null]],
    ['what cannot be read', new Proxy({}, { get: fail, has: fail })],
  ])('of %s is NaN', (_, predictions) => {
    expect(fScore(predictions as never)).toEqual({ precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
  });

  test('of results is that of their counts, between the smaller and the larger of precision and recall', () => {
    const results = fc.array(fc.record({ expected: fc.boolean(), actual: fc.boolean() }));
    fc.assert(
      fc.property(results, (given) => {
        const count = (expected: boolean, actual: boolean) =>
          given.filter((result) => result.expected === expected && result.actual === actual).length;
        const counts = {
          truePositives: count(true, true),
          falsePositives: count(false, true),
          falseNegatives: count(true, false),
        };
        const { precision, recall, f1 } = fScore(given);
        expect(fScore(new Set(given))).toEqual({ precision, recall, f1 });
        expect(fScore(counts)).toEqual({ precision, recall, f1 });
        if (counts.truePositives > 0) {
          expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
        } else expect([precision, recall, f1]).toEqual([0, 0, 0]);
      }),
    );
  });
});

describe('goodput', () => {
  const samples = [
    { latencySeconds: 2, firstOutputSeconds: 1, outputs: 11 },
    { latencySeconds: 2.1, firstOutputSeconds: 1, outputs: 11 },
    { latencySeconds: 1, firstOutputSeconds: 1, outputs: 1 },
    { latencySeconds: 1, ok: false },
  ];

  test.each([
    ['the whole time', { latencySeconds: 2 }, 2],
    ['the first output', { firstOutputSeconds: 1 }, 3],
    ['time per output, which a single one has none of', { perOutputSeconds: 0.1 }, 2],
    ['all of it', { latencySeconds: 2, firstOutputSeconds: 0.9, perOutputSeconds: 1 }, 0],
    ['nothing', {}, 3],
  ])('is of what keeps to %s', (_, slo, good) => {
    expect(goodput(samples, slo, 10)).toEqual({ good, total: 4, ratio: good / 4, perSecond: good / 10 });
  });

  test('of nothing is 0, and of a time that is none has no rate', () => {
    expect(goodput([], { latencySeconds: 1 }, 0)).toEqual({ good: 0, total: 0, ratio: 0, perSecond: 0 });
    expect(goodput(samples, {}, -1).perSecond).toBeNaN();
  });
});

describe('the inception score', () => {
  test.each([
    [
      'that are all alike',
      [
        [0.2, 0.8],
        [0.2, 0.8],
      ],
      1,
    ],
    [
      'of a class each',
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      3,
    ],
    [
      'of one class',
      [
        [0, 1],
        [0, 1],
      ],
      1,
    ],
    // Marginal 1/2 each; divergence of both is 0.75 ln 1.5 + 0.25 ln 0.5.
    [
      'that are not sure',
      [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
      1.5 ** 0.75 * 0.5 ** 0.25,
    ],
    [
      'of other numbers',
      [Float32Array.of(0.5, 0.5), [1, 0]],
      Math.exp((0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25) + Math.log(1 / 0.75)) / 2),
    ],
  ])('of samples %s', (_, probabilities, score) => {
    expect(inceptionScore(probabilities as number[][])).toBeCloseTo(score, 12);
  });

  test.each([
    ['no samples', []],
    ['no classes', [[], []]],
    ['other classes', [[1, 0], [1]]],
    ['what does not add up', [[0.5, 0.4]]],
    ['negative ones', [[1.5, -0.5]]],
    ['what is none', [[Number.NaN, 1]]],
  ])('of %s is none', (_, probabilities) => {
    expect(inceptionScore(probabilities)).toBeNaN();
  });

  test('lies between 1 and the number of classes, whatever the order of samples', () => {
    const weights = fc.array(fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(weights, (given) => {
        const samples = given.map((row) => row.map((weight) => weight / row.reduce((sum, each) => sum + each, 0)));
        const score = inceptionScore(samples);
        expect(score).toBeGreaterThanOrEqual(1);
        expect(score).toBeLessThan(4 + 1e-9);
        expect(inceptionScore(samples.toReversed())).toBeCloseTo(score, 9);
      }),
    );
  });
});

describe('temporal consistency', () => {
  test.each([
    [
      'that do not change',
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      1,
    ],
    [
      'that grow brighter',
      [
        [1, 2],
        [2, 4],
      ],
      1,
    ],
    [
      'that have nothing in common',
      [
        [1, 0],
        [0, 1],
      ],
      0,
    ],
    [
      'that are each other’s opposite',
      [
        [1, 0],
        [-1, 0],
      ],
      0,
    ],
    [
      'of which one is off',
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      0.5,
    ],
    [
      'at an angle',
      [
        [1, 0],
        [1, 1],
      ],
      Math.SQRT1_2,
    ],
    ['of typed arrays', [Float32Array.of(3, 4), Float32Array.of(4, 3)], 0.96],
  ])('of frames %s', (_, frames, consistency) => {
    expect(temporalConsistency(frames as number[][])).toBeCloseTo(consistency, 12);
  });

  test.each([
    ['no frame', []],
    ['one frame', [[1]]],
    ['frames of two sizes', [[1, 2], [1]]],
    [
      'a frame without a direction',
      [
        [0, 0],
        [1, 0],
      ],
    ],
    ['a frame that is none', [[Number.NaN], [1]]],
    ['an infinite one', [[Number.POSITIVE_INFINITY], [1]]],
  ])('of %s is none', (_, frames) => {
    expect(temporalConsistency(frames)).toBeNaN();
  });

  test('lies between 0 and 1', () => {
    const frame = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 2, maxLength: 8 }), (frames) => {
        const consistency = temporalConsistency(frames);
        if (Number.isNaN(consistency)) return;
        expect(consistency).toBeGreaterThanOrEqual(0);
        expect(consistency).toBeLessThanOrEqual(1);
      }),
    );
  });
});
