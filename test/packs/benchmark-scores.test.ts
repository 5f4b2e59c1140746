/** The scores of the benchmark pack, against values computed by hand and against properties of any input. */
import fc from 'fast-check';
import { fScore, goodput, inceptionScore, temporalConsistency } from 'otelier/packs/benchmark';
import { describe, expect, test } from 'vitest';

function fail(): never {
  throw new Error('unreadable');
}

describe('fScore', () => {
  test.each([
    ['only correct predictions', { truePositives: 5, falsePositives: 0, falseNegatives: 0 }, [1, 1, 1]],
    ['some correct predictions', { truePositives: 6, falsePositives: 2, falseNegatives: 4 }, [0.75, 0.6, 2 / 3]],
    ['no positive predictions', { truePositives: 0, falsePositives: 0, falseNegatives: 3 }, [0, 0, 0]],
    ['no actual positives', { truePositives: 0, falsePositives: 3, falseNegatives: 0 }, [0, 0, 0]],
    ['only true negatives', { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 9 }, [0, 0, 0]],
    ['no results', [], [0, 0, 0]],
    [
      'a negative count',
      { truePositives: -1, falsePositives: 3, falseNegatives: 0 },
      [Number.NaN, Number.NaN, Number.NaN],
    ],
    ['a result without a prediction', [{ expected: true }], [Number.NaN, Number.NaN, Number.NaN]],
  ])('scores %s', (_, predictions, [precision, recall, f1]) => {
    expect(fScore(predictions as never)).toEqual({ precision, recall, f1 });
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a string', 'all of them'],
    ['a result of null', [null]],
    ['unreadable predictions', new Proxy({}, { get: fail, has: fail })],
  ])('returns NaN for %s', (_, predictions) => {
    expect(fScore(predictions as never)).toEqual({ precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
  });

  test('scores results as their counts, and F1 is the harmonic mean of precision and recall', () => {
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
    ['latency', { latencySeconds: 2 }, 2],
    ['time to first output', { firstOutputSeconds: 1 }, 3],
    ['time per output, which is 0 for a single output', { perOutputSeconds: 0.1 }, 2],
    ['all times', { latencySeconds: 2, firstOutputSeconds: 0.9, perOutputSeconds: 1 }, 0],
    ['no time', {}, 3],
  ])('counts samples within limits of %s', (_, slo, good) => {
    expect(goodput(samples, slo, 10)).toEqual({ good, total: 4, ratio: good / 4, perSecond: good / 10 });
  });

  test('is 0 without samples, and has no rate for an invalid time', () => {
    expect(goodput([], { latencySeconds: 1 }, 0)).toEqual({ good: 0, total: 0, ratio: 0, perSecond: 0 });
    expect(goodput(samples, {}, -1).perSecond).toBeNaN();
  });
});

describe('inceptionScore', () => {
  test.each([
    [
      'with equal probabilities',
      [
        [0.2, 0.8],
        [0.2, 0.8],
      ],
      1,
    ],
    [
      'each of a different class',
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
    // Both marginals are 1/2; both divergences are 0.75 ln 1.5 + 0.25 ln 0.5.
    [
      'of uncertain class',
      [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
      1.5 ** 0.75 * 0.5 ** 0.25,
    ],
    [
      'in typed arrays and with different certainty',
      [Float32Array.of(0.5, 0.5), [1, 0]],
      Math.exp((0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25) + Math.log(1 / 0.75)) / 2),
    ],
  ])('scores samples %s', (_, probabilities, score) => {
    expect(inceptionScore(probabilities as number[][])).toBeCloseTo(score, 12);
  });

  test.each([
    ['no samples', []],
    ['no classes', [[], []]],
    ['different numbers of classes', [[1, 0], [1]]],
    ['a sum other than 1', [[0.5, 0.4]]],
    ['negative probabilities', [[1.5, -0.5]]],
    ['a probability of NaN', [[Number.NaN, 1]]],
  ])('returns NaN for %s', (_, probabilities) => {
    expect(inceptionScore(probabilities)).toBeNaN();
  });

  test.each([
    [0.9989, false],
    [0.9991, true],
    [1.0009, true],
    [1.0011, false],
  ])('accepts probabilities that add up to %f: %s', (sum, accepted) => {
    expect(Number.isNaN(inceptionScore([[0.5, sum - 0.5]]))).toBe(!accepted);
    expect(Number.isNaN(inceptionScore([[1], [sum]]))).toBe(!accepted);
  });

  test('is between 1 and the number of classes for any order of samples', () => {
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

describe('temporalConsistency', () => {
  test.each([
    [
      'that are equal',
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      1,
    ],
    [
      'that differ in length only',
      [
        [1, 2],
        [2, 4],
      ],
      1,
    ],
    [
      'that are orthogonal',
      [
        [1, 0],
        [0, 1],
      ],
      0,
    ],
    [
      'that are opposite',
      [
        [1, 0],
        [-1, 0],
      ],
      0,
    ],
    [
      'of which one differs',
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      0.5,
    ],
    [
      'at an angle of 45°',
      [
        [1, 0],
        [1, 1],
      ],
      Math.SQRT1_2,
    ],
    ['in typed arrays', [Float32Array.of(3, 4), Float32Array.of(4, 3)], 0.96],
  ])('scores embeddings %s', (_, frames, consistency) => {
    expect(temporalConsistency(frames as number[][])).toBeCloseTo(consistency, 12);
  });

  test.each([
    ['no frame', []],
    ['one frame', [[1]]],
    ['embeddings of different lengths', [[1, 2], [1]]],
    [
      'a zero vector',
      [
        [0, 0],
        [1, 0],
      ],
    ],
    ['an embedding with NaN', [[Number.NaN], [1]]],
    ['an infinite embedding', [[Number.POSITIVE_INFINITY], [1]]],
  ])('returns NaN for %s', (_, frames) => {
    expect(temporalConsistency(frames)).toBeNaN();
  });

  test('is between 0 and 1 or NaN', () => {
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
