/** Builds OpenTelemetry metric data that `replay` passes to encoders. */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ExponentialHistogram, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from '../../../src/model/instrument.js';
import type { Scope } from '../../../src/model/points.js';
import { dataPointTypes } from '../../../src/model/resource-metrics.js';

export type PointValue = number | Histogram | ExponentialHistogram;

/** A metric. Absent fields are empty. */
export interface MetricInput {
  readonly name: string;
  readonly kind: InstrumentKind;
  readonly unit?: string;
  readonly description?: string;
  readonly scope?: Scope;
  readonly points?: readonly (readonly [attributes: Attributes, value: PointValue])[];
}

/** Start and collection time of all points, in milliseconds since 1970-01-01 UTC. */
const startUnixMs = 1_700_000_000_123;
export const endUnixMs = 1_700_000_060_000;

const shopScope: Scope = { name: 'shop', version: '1.2.0' };

/** Returns a collection of metrics in the given order. */
export function collectionOf(
  metrics: readonly MetricInput[],
  resource: Attributes = { 'service.name': 'storefront' },
): ResourceMetrics {
  const scopes = new Map<Scope, MetricData[]>();
  for (const metric of metrics) {
    const { scope = shopScope } = metric;
    scopes.set(scope, [...(scopes.get(scope) ?? []), dataOf(metric)]);
  }
  const scopeMetrics = [...scopes].map(([scope, data]) => ({ scope, metrics: data }));
  return { resource: resourceFromAttributes(resource), scopeMetrics };
}

function dataOf({ name, kind, unit = '', description = '', points = [] }: MetricInput): MetricData {
  const first = points[0]?.[1];
  const dataPointType =
    typeof first === 'object'
      ? 'buckets' in first
        ? dataPointTypes.histogram
        : dataPointTypes.exponentialHistogram
      : kind === 'histogram'
        ? dataPointTypes.histogram
        : kind.endsWith('auge')
          ? dataPointTypes.gauge
          : dataPointTypes.sum;
  return {
    descriptor: { name, description, unit, type: instrumentTypes[kind], valueType: 1 },
    aggregationTemporality: aggregationTemporalities.cumulative,
    dataPointType,
    isMonotonic: kind === 'counter' || kind === 'observableCounter',
    dataPoints: points.map(([attributes, value]) => ({
      attributes: Object.freeze(attributes),
      startTime: [Math.floor(startUnixMs / 1_000), (startUnixMs % 1_000) * 1e6],
      endTime: [endUnixMs / 1_000, 0],
      value,
    })),
  } as unknown as MetricData;
}

/** Returns a point with explicit buckets: one more count than boundaries. */
export function explicit(boundaries: number[], counts: number[], sum?: number): Histogram {
  const count = total(counts);
  return { buckets: { boundaries, counts }, count, ...(sum === undefined ? {} : { sum }) } as Histogram;
}

/** Exponential buckets of one sign: the index of the first bucket, and the counts. */
export type Buckets = readonly [offset: number, counts: readonly number[]];

/** Returns a point with exponential buckets. */
export function exponential(
  scale: number,
  { zero = 0, positive = [0, []], negative = [0, []], sum }: ExponentialInput,
): ExponentialHistogram {
  const side = ([offset, bucketCounts]: Buckets) => ({ offset, bucketCounts: [...bucketCounts] });
  return {
    scale,
    zeroCount: zero,
    positive: side(positive),
    negative: side(negative),
    count: zero + total(positive[1]) + total(negative[1]),
    ...(sum === undefined ? {} : { sum }),
  } as ExponentialHistogram;
}

export interface ExponentialInput {
  readonly zero?: number;
  readonly positive?: Buckets;
  readonly negative?: Buckets;
  readonly sum?: number | undefined;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
