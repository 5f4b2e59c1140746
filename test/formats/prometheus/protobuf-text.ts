/** Renders protobuf as text, one line per family and per metric. Omits the widths of zero buckets. */
import {
  type BucketSpan,
  decodeFamilies,
  type ExemplarMessage,
  type HistogramMessage,
  type LabelPair,
  type MetricMessage,
  metricTypes,
  type Timestamp,
} from './protobuf-message.js';

/** Renders a protobuf response. */
export function protobufText(bytes: Uint8Array): string {
  const typeNames = new Map<number | undefined, string>(
    Object.entries(metricTypes).map(([name, type]) => [type, name]),
  );
  const lines = decodeFamilies(bytes).flatMap(({ name, help, type, unit, metric }) => {
    const present = Object.entries({ help, unit }).filter(([, text]) => text !== undefined);
    const words = present.map(([field, text]) => ` ${field}=${JSON.stringify(text)}`).join('');
    return [
      `${typeNames.get(type ?? metricTypes.COUNTER) ?? type} ${JSON.stringify(name)}${words}`,
      ...metric.map(metricLine),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function metricLine({ label, gauge, counter, histogram }: MetricMessage): string {
  const parts = [labelsText(label)];
  if (gauge !== undefined) parts.push(String(gauge.value));
  if (counter !== undefined) {
    parts.push(String(counter.value), `created ${timeText(counter.created_timestamp)}`);
    if (counter.exemplar !== undefined) parts.push(exemplarText(counter.exemplar));
  }
  if (histogram !== undefined) parts.push(...histogramParts(histogram));
  return `  ${parts.join(' ')}`;
}

function histogramParts(histogram: HistogramMessage): string[] {
  const { sample_count, sample_sum, bucket, created_timestamp, schema, zero_threshold, zero_count } = histogram;
  const parts = [`count ${sample_count ?? 0}`, `sum ${sample_sum}`, `created ${timeText(created_timestamp)}`];
  for (const { upper_bound, cumulative_count = 0, exemplar } of bucket) {
    parts.push(`le ${upper_bound}: ${cumulative_count}${exemplar === undefined ? '' : ` ${exemplarText(exemplar)}`}`);
  }
  if (schema !== undefined || zero_threshold !== undefined || histogram.positive_span.length > 0) {
    parts.push(`schema ${schema ?? 0} zero ${zero_count ?? 0}`);
    parts.push(`positive ${sideText(histogram.positive_span, histogram.positive_delta)}`);
    parts.push(`negative ${sideText(histogram.negative_span, histogram.negative_delta)}`);
  }
  return [...parts, ...histogram.exemplars.map(exemplarText)];
}

function sideText(spans: readonly BucketSpan[], deltas: readonly number[]): string {
  return `${spans.map(({ offset = 0, length = 0 }) => `${length} from ${offset}`).join(', ')} [${deltas.join(' ')}]`;
}

function exemplarText({ label, value, timestamp }: ExemplarMessage): string {
  return `# ${labelsText(label)} ${value} ${timeText(timestamp)}`;
}

function labelsText(labels: readonly LabelPair[]): string {
  return `{${labels.map(({ name, value }) => `${JSON.stringify(name)}=${JSON.stringify(value)}`).join(',')}}`;
}

/** Renders a time in seconds, with nanoseconds. */
function timeText(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return 'unknown';
  return `${timestamp.seconds ?? 0}.${String(timestamp.nanos ?? 0).padStart(9, '0')}`;
}
