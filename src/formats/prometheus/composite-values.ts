/** Composite values of OpenMetrics 2.0: one value has the count, the sum and all buckets of a histogram. */
import type { DistributionPoint, ExponentialPoint, HistogramPoint } from '../../model/points.js';
import { numberText } from '../../naming/prometheus-numbers.js';
import { nativeBuckets, type Span } from './native-histogram.js';

/** Start of a composite value; it belongs to the constant part of a line. */
export const compositeStart = '{count:';

/** Renders the bounds of buckets as `classicFields` takes them. */
export function bucketHeads(boundaries: readonly number[]): string[] {
  return [...boundaries, Number.POSITIVE_INFINITY].map(
    (bound, index) => `${index === 0 ? '' : ','}${numberText(bound)}:`,
  );
}

/** Renders a histogram with explicit buckets after `compositeStart`. */
export function classicFields(point: HistogramPoint, heads: readonly string[]): string {
  const { boundaries, counts, from } = point;
  let text = `${countAndSum(point)},bucket:[`;
  let below = 0;
  for (let index = 0; index < boundaries.length; index++) {
    below += counts[from + index] as number;
    text += `${heads[index]}${below}`;
  }
  return `${text}${heads[boundaries.length]}${point.count}]}`;
}

/** Renders an exponential histogram that has a schema of Prometheus after `compositeStart`. */
export function nativeFields(point: ExponentialPoint): string {
  const { schema, zeroThreshold, zeroCount, negative, positive } = nativeBuckets(point);
  const zero = `schema:${schema},zero_threshold:${zeroThreshold},zero_count:${zeroCount}`;
  return `${countAndSum(point)},${zero}${sideFields('negative', negative)}${sideFields('positive', positive)}}`;
}

/** The format requires a sum. It is NaN if it is unknown, as in protobuf. */
function countAndSum({ count, sum }: DistributionPoint): string {
  return `${count},sum:${numberText(sum ?? Number.NaN)}`;
}

/** Renders the buckets of one sign; nothing if there are no buckets. */
function sideFields(sign: 'negative' | 'positive', spans: readonly Span[]): string {
  if (spans.length === 0) return '';
  const lengths = spans.map(({ gap, counts }) => `${gap}:${counts.length}`).join();
  return `,${sign}_spans:[${lengths}],${sign}_buckets:[${spans.flatMap(({ counts }) => counts).join()}]`;
}
