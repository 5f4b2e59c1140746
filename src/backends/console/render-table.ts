/** Renders collected metrics as a table for the terminal. */
import type { Attributes } from '@opentelemetry/api';
import { selfScope } from '../../model/instrument.js';
import type { IResource, MetricData, ResourceMetrics } from '../../model/otel-data.js';

/** `DataPointType` of sdk-metrics. */
const pointType = { histogram: 0, exponentialHistogram: 1, gauge: 2, sum: 3 };

interface Row {
  readonly metric: string;
  readonly attributes: string;
  readonly value: string;
}

interface HistogramValue {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly sum?: number | undefined;
  readonly count: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * Returns one line per series: metric with its unit, attributes, value.
 *
 * Self-metrics are omitted. A histogram shows count, mean, and p50, p95 and p99 estimated within its buckets. Control
 * characters are escaped.
 *
 * @param at time of the collection, for the heading.
 */
export function renderTable(resourceMetrics: ResourceMetrics<IResource>, at: Date): string {
  const scopes = resourceMetrics.scopeMetrics.filter(({ scope }) => scope.name !== selfScope);
  const rows = scopes.flatMap(({ metrics }) => metrics.flatMap(rowsOf));
  const service = String(resourceMetrics.resource.attributes['service.name'] ?? 'unknown service');
  const heading = `${visible(service)} at ${at.toISOString()}: ${rows.length} series`;
  const metricWidth = Math.max(0, ...rows.map((row) => row.metric.length));
  const attributesWidth = Math.max(0, ...rows.map((row) => row.attributes.length));
  const lines = rows.map((row) =>
    `  ${row.metric.padEnd(metricWidth)}  ${row.attributes.padEnd(attributesWidth)}  ${row.value}`.trimEnd(),
  );
  return `${[heading, ...lines].join('\n')}\n`;
}

function rowsOf(metric: MetricData): Row[] {
  const { name, unit } = metric.descriptor;
  const label = unit === '' ? name : `${name} [${unit}]`;
  return (metric.dataPoints as readonly { attributes: Attributes; value: unknown }[]).map(({ attributes, value }) => ({
    metric: visible(label),
    attributes: renderAttributes(attributes),
    value: renderValue(metric.dataPointType, value),
  }));
}

function renderAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => visible(`${key}=${Array.isArray(value) ? JSON.stringify(value) : value}`))
    .join(' ');
}

function renderValue(type: number, value: unknown): string {
  if (type === pointType.histogram) return renderHistogram(value as HistogramValue);
  if (type === pointType.exponentialHistogram) return renderSummary(value as Omit<HistogramValue, 'buckets'>, []);
  return number(value as number);
}

function renderHistogram(value: HistogramValue): string {
  const quantiles = [0.5, 0.95, 0.99].map((q) => `p${q * 100} ${number(quantile(q, value))}`);
  return renderSummary(value, quantiles);
}

function renderSummary(
  { count, sum, min, max }: Omit<HistogramValue, 'buckets'>,
  quantiles: readonly string[],
): string {
  if (count === 0) return 'count 0';
  const parts = [`count ${count}`];
  if (sum !== undefined) parts.push(`mean ${number(sum / count)}`);
  parts.push(...quantiles);
  if (min !== undefined) parts.push(`min ${number(min)}`);
  if (max !== undefined) parts.push(`max ${number(max)}`);
  return parts.join('  ');
}

/** Returns the `q`-quantile of a histogram, by linear interpolation within its bucket. */
export function quantile(q: number, { buckets, count, min, max }: HistogramValue): number {
  const rank = q * count;
  let below = 0;
  for (let index = 0; index < buckets.counts.length; index++) {
    const inBucket = buckets.counts[index] ?? 0;
    if (inBucket > 0 && below + inBucket >= rank) {
      const lower = Math.max(
        index === 0 ? (min ?? 0) : (buckets.boundaries[index - 1] as number),
        min ?? Number.NEGATIVE_INFINITY,
      );
      const upper = Math.min(buckets.boundaries[index] ?? max ?? lower, max ?? Number.POSITIVE_INFINITY);
      return Math.min(upper, lower + (upper - lower) * ((rank - below) / inBucket));
    }
    below += inBucket;
  }
  return max ?? Number.NaN;
}

/** Formats integers unchanged, other numbers with four significant digits, or with one decimal from 1,000 on. */
function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Number(Math.abs(value) >= 1_000 ? value.toFixed(1) : value.toPrecision(4)));
}

/** Escapes control characters, with which a value could overwrite the terminal. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
