/** Sums of histograms, without an error in any count. */
import { ExponentialView, emptyBuckets, HistogramView } from '../model/point-views.js';
import type { DistributionPoint, ExponentialBuckets, ExponentialPoint, HistogramPoint } from '../model/points.js';

/** Returns the sum of two histograms with explicit buckets, at the boundaries that both have. */
export function sumOfHistograms(one: HistogramPoint, other: HistogramPoint): HistogramPoint {
  const otherBoundaries = new Set(other.boundaries);
  const boundaries = one.boundaries.filter((bound) => otherBoundaries.has(bound));
  const counts = new Float64Array(boundaries.length + 1);
  for (const point of [one, other]) {
    let into = 0;
    for (let index = 0; index <= point.boundaries.length; index++) {
      counts[into] = (counts[into] as number) + (point.counts[point.from + index] as number);
      if (into < boundaries.length && point.boundaries[index] === boundaries[into]) into++;
    }
  }
  return Object.assign(sumOf(new HistogramView(), one, other), { boundaries, counts });
}

/** Maximum number of buckets of one sign: the default of OpenTelemetry. */
const maxBuckets = 160;

/** Returns the sum of two exponential histograms, at the finest scale at which it has at most 160 buckets of each sign. */
export function sumOfExponentials(one: ExponentialPoint, other: ExponentialPoint): ExponentialPoint {
  let scale = Math.min(one.scale, other.scale);
  const width = (sign: 'positive' | 'negative') => {
    const ranges = [one, other].map((point) => rangeOf(point[sign], point.scale - scale));
    return Math.max(...ranges.map(({ end }) => end)) - Math.min(...ranges.map(({ first }) => first));
  };
  while (width('positive') > maxBuckets || width('negative') > maxBuckets) scale--;
  return Object.assign(sumOf(new ExponentialView(), one, other), {
    scale,
    zeroCount: one.zeroCount + other.zeroCount,
    positive: sumOfBuckets(one.positive, one.scale - scale, other.positive, other.scale - scale),
    negative: sumOfBuckets(one.negative, one.scale - scale, other.negative, other.scale - scale),
  });
}

/** Returns a histogram that stays valid after the walk. */
export function copyOfHistogram(point: HistogramPoint): HistogramPoint {
  const { boundaries, counts, from } = point;
  return Object.assign(copyOf(new HistogramView(), point), {
    boundaries,
    counts: counts.slice(from, from + boundaries.length + 1),
  });
}

/** Returns an exponential histogram that stays valid after the walk. */
export function copyOfExponential(point: ExponentialPoint): ExponentialPoint {
  const { scale, zeroCount, positive, negative } = point;
  const sides = { positive: copyOfBuckets(positive), negative: copyOfBuckets(negative) };
  return Object.assign(copyOf(new ExponentialView(), point), { scale, zeroCount, ...sides });
}

function copyOf<V extends HistogramView | ExponentialView>(view: V, point: DistributionPoint): V {
  view.begin(point.series, point.startUnixMs, point.endUnixMs, [...point.exemplars]);
  view.count = point.count;
  view.sum = point.sum;
  return view;
}

function copyOfBuckets({ offset, counts, from, length }: ExponentialBuckets): ExponentialBuckets {
  return { offset, counts: counts.slice(from, from + length), from: 0, length };
}

/** Sets the fields that both kinds of histograms have. */
function sumOf<V extends HistogramView | ExponentialView>(
  view: V,
  one: DistributionPoint,
  other: DistributionPoint,
): V {
  const exemplars = [...one.exemplars, ...other.exemplars];
  view.begin(
    one.series,
    Math.min(one.startUnixMs, other.startUnixMs),
    Math.max(one.endUnixMs, other.endUnixMs),
    exemplars.sort((first, second) => second.timeUnixMs - first.timeUnixMs),
  );
  view.count = one.count + other.count;
  view.sum = one.sum === undefined || other.sum === undefined ? undefined : one.sum + other.sum;
  return view;
}

/** Returns the index of the first bucket, and that after the last, after merging each 2^`steps` buckets into one. */
function rangeOf({ offset, length }: ExponentialBuckets, steps: number): { first: number; end: number } {
  if (length === 0) return { first: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };
  return { first: offset >> steps, end: ((offset + length - 1) >> steps) + 1 };
}

/** Adds buckets after merging each 2^`steps` of them into one. */
function sumOfBuckets(
  one: ExponentialBuckets,
  steps: number,
  other: ExponentialBuckets,
  otherSteps: number,
): ExponentialBuckets {
  const sides = [
    { buckets: one, steps },
    { buckets: other, steps: otherSteps },
  ].filter(({ buckets }) => buckets.length > 0);
  if (sides.length === 0) return emptyBuckets;
  const ranges = sides.map(({ buckets, steps }) => rangeOf(buckets, steps));
  const offset = Math.min(...ranges.map(({ first }) => first));
  const end = Math.max(...ranges.map((range) => range.end));
  const counts = new Float64Array(end - offset);
  for (const { buckets, steps } of sides) {
    for (let index = 0; index < buckets.length; index++) {
      const into = ((buckets.offset + index) >> steps) - offset;
      counts[into] = (counts[into] as number) + (buckets.counts[buckets.from + index] as number);
    }
  }
  return { offset, counts, from: 0, length: counts.length };
}
