/** Rules for the shape of histograms: ordered cumulative buckets up to +Inf, whose value equals the count. */
import type { SampleLine } from './families.js';
import { type FamilyCheck, labelKey, sampleProblem, suffixOf } from './family-rules.js';
import { parseNumber } from './line-scanner.js';
import type { LintProblem } from './rules.js';
import { timeKey } from './timestamps.js';

interface Bucket {
  readonly bound: number;
  readonly sample: SampleLine;
}

/** Samples of one point: those of a series with one timestamp. */
interface Series {
  readonly first: SampleLine;
  readonly buckets: Bucket[];
  count?: SampleLine;
  sum?: SampleLine;
}

/** Checks histograms and the gauge histograms of OpenMetrics. */
export const histograms: FamilyCheck = (family) => {
  if (family.type !== 'histogram' && family.type !== 'gaugehistogram') return [];
  const problems: LintProblem[] = [];
  const allSeries: Series[] = [];
  const current = new Map<string, Series>();
  for (const sample of family.samples) {
    const suffix = suffixOf(family, sample);
    if (suffix === '' || (suffix === '_created' && family.format === 'text')) continue;
    const key = `${labelKey(sample, ['le'])} ${timeKey(sample.time)}`;
    let series = current.get(key);
    // Equal timestamps are accepted in OpenMetrics: a sample that a point has already begins another point.
    const repeats =
      series !== undefined && sample.time !== undefined && family.format !== 'text' && has(series, sample);
    if (series === undefined || repeats) {
      series = { first: sample, buckets: [] };
      allSeries.push(series);
      current.set(key, series);
    }
    if (suffix.endsWith('count')) series.count = sample;
    else if (suffix.endsWith('sum')) series.sum = sample;
    else if (suffix !== '_created') {
      const text = sample.labels.get('le');
      const bound = parseNumber(text ?? '') ?? Number.NaN;
      if (Number.isNaN(bound) || (bound === Number.POSITIVE_INFINITY && text !== '+Inf')) {
        problems.push(sampleProblem('invalid_le', family, sample, text, 'a label le that is a number or +Inf'));
      }
      if (!Number.isNaN(bound)) series.buckets.push({ bound, sample });
    }
  }
  for (const series of allSeries) {
    problems.push(...shape.flatMap((check) => check(family, series)));
  }
  return problems;
};

/** Reports whether a point has a sample of the same name and bound. */
function has({ buckets, count, sum }: Series, { name, labels }: SampleLine): boolean {
  const isSame = (other: SampleLine | undefined) => other?.name === name && other.labels.get('le') === labels.get('le');
  return isSame(count) || isSame(sum) || buckets.some(({ sample }) => isSame(sample));
}

type ShapeCheck = (family: Parameters<FamilyCheck>[0], series: Series) => LintProblem[];

const bucketOrder: ShapeCheck = (family, { buckets }) =>
  buckets.flatMap(({ bound, sample }, index) => {
    const before = buckets[index - 1];
    if (before === undefined) return [];
    if (!(bound > before.bound)) {
      return [sampleProblem('unordered_buckets', family, sample, bound, `a bound above ${before.bound}`)];
    }
    if (!(sample.value < before.sample.value)) return [];
    const expected = `at least ${before.sample.value}, the value of the previous bucket`;
    return [sampleProblem('buckets_not_cumulative', family, sample, sample.value, expected)];
  });

const upToInfinity: ShapeCheck = (family, { buckets, first, count }) => {
  const last = buckets.find(({ bound }) => bound === Number.POSITIVE_INFINITY)?.sample;
  if (last === undefined) {
    return [sampleProblem('missing_inf_bucket', family, first, undefined, 'a bucket le="+Inf" for this series')];
  }
  // `Object.is`, so that two NaN counts are equal; another rule reports them.
  if (count === undefined || Object.is(count.value, last.value)) return [];
  const expected = `${last.value}, the value of bucket le="+Inf"`;
  return [sampleProblem('count_mismatch', family, count, count.value, expected)];
};

const complete: ShapeCheck = (family, { first, count, sum }) => {
  const infix = family.type === 'gaugehistogram' ? 'g' : '';
  const needsCount = family.format === 'text' || sum !== undefined;
  if (count === undefined && needsCount) {
    return [
      sampleProblem('incomplete_histogram', family, sum ?? first, undefined, `a sample ${family.name}_${infix}count`),
    ];
  }
  if (family.format === 'text' || count === undefined || sum !== undefined) return [];
  return [sampleProblem('incomplete_histogram', family, count, undefined, `a sample ${family.name}_${infix}sum`)];
};

const sumOfNegatives: ShapeCheck = (family, { buckets, sum }) => {
  if (family.format === 'text' || sum === undefined) return [];
  const negative = buckets.some(({ bound }) => bound < 0);
  if (family.type === 'histogram' && negative) {
    return [sampleProblem('impossible_sum', family, sum, sum.value, 'no sum, because a bound is negative')];
  }
  if (family.type === 'histogram' || negative || !(sum.value < 0)) return [];
  return [sampleProblem('impossible_sum', family, sum, sum.value, 'a sum of at least 0, because no bound is negative')];
};

const shape: readonly ShapeCheck[] = [bucketOrder, upToInfinity, complete, sumOfNegatives];
