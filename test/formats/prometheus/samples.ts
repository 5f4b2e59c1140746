/** Samples of a response in any format, by name and labels. */
import { parseExposition } from 'otelier/testing';
import type { Format } from './encoding.js';
import { decodeFamilies, type HistogramMessage, type MetricMessage, metricTypes } from './protobuf-message.js';

/** A sample as Prometheus stores it. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Returns the samples of a response in its order, including those of classic histograms. Omits native buckets. */
export function samplesOf(format: Format, bytes: Uint8Array): Sample[] {
  if (format === 'protobuf') return protobufSamples(bytes);
  const families = parseExposition(Buffer.from(bytes).toString(), format);
  return families.flatMap(({ samples }) => samples.map(({ name, labels, value }) => ({ name, labels, value })));
}

/**
 * Returns the identity of a sample. It ignores the order of labels, empty labels (Prometheus, "Data model") and the
 * notation of bucket bounds.
 */
export function keyOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const pairs = [...labels].filter(([, value]) => value !== '');
  const bound = name.endsWith('_bucket') ? labels.get('le') : undefined;
  const normalized = pairs.map(([label, value]) => [
    label,
    bound !== undefined && label === 'le' ? boundOf(bound) : value,
  ]);
  return JSON.stringify([name, ...normalized.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))]);
}

function boundOf(text: string): string {
  return String(text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text));
}

/** Returns values by `keyOf`. @throws {Error} if two samples are equal to Prometheus. */
export function valuesByKey(samples: readonly Sample[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const sample of samples) {
    const key = keyOf(sample);
    if (values.has(key)) throw new Error(`two samples are ${key}`);
    values.set(key, sample.value);
  }
  return values;
}

function protobufSamples(bytes: Uint8Array): Sample[] {
  return decodeFamilies(bytes).flatMap(({ name = '', type, metric }) =>
    metric.flatMap((message) => samplesOfMetric(name, type ?? metricTypes.COUNTER, message)),
  );
}

function samplesOfMetric(name: string, type: number, message: MetricMessage): Sample[] {
  const labels = labelsOf(message);
  switch (type) {
    case metricTypes.COUNTER:
      return [{ name, labels, value: message.counter?.value ?? 0 }];
    case metricTypes.GAUGE:
      return [{ name, labels, value: message.gauge?.value ?? 0 }];
    case metricTypes.HISTOGRAM:
      return histogramSamples(name, labels, message.histogram as HistogramMessage);
    default:
      throw new Error(`${name} has the type ${type}`);
  }
}

function histogramSamples(name: string, labels: ReadonlyMap<string, string>, histogram: HistogramMessage): Sample[] {
  const { bucket, sample_count = 0, sample_sum = 0 } = histogram;
  const buckets = bucket.map(({ upper_bound = 0, cumulative_count = 0 }) => ({
    name: `${name}_bucket`,
    labels: new Map([...labels, ['le', upper_bound === Number.POSITIVE_INFINITY ? '+Inf' : String(upper_bound)]]),
    value: cumulative_count,
  }));
  return [
    ...buckets,
    { name: `${name}_sum`, labels, value: sample_sum },
    { name: `${name}_count`, labels, value: sample_count },
  ];
}

function labelsOf({ label }: MetricMessage): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { name, value } of label) {
    if (labels.has(name)) throw new Error(`a metric has the label ${name} twice`);
    labels.set(name, value);
  }
  return labels;
}
