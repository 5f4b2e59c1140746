/** Exemplars of Prometheus' formats: the exemplar of a bucket, and its labels. */
import type { Exemplar, HistogramPoint } from '../../model/points.js';
import type { ExpositionNames } from './exposition-names.js';
import { attributesOf, type Label } from './labels.js';

/** Returns the first exemplar whose value lies in a bucket of its point. */
export function exemplarInBucket({ exemplars, boundaries }: HistogramPoint, index: number): Exemplar | undefined {
  const [lower, upper] = [boundaries[index - 1] ?? -Infinity, boundaries[index] ?? Infinity];
  return exemplars.find(({ value }) => value > lower && value <= upper);
}

/** Returns the labels of an exemplar: the trace first, then the filtered attributes. */
export function exemplarLabels({ traceId, spanId, filteredAttributes }: Exemplar, names: ExpositionNames): Label[] {
  const trace: Label[] = [];
  if (traceId !== undefined) trace.push({ name: 'trace_id', value: traceId });
  if (spanId !== undefined) trace.push({ name: 'span_id', value: spanId });
  return [...trace, ...attributesOf(filteredAttributes, trace, names)];
}
