/** Drives a visitor from stock OpenTelemetry data, so that an encoder serves behind any SDK and is tested without ours. */
import type { Attributes, HrTime } from '@opentelemetry/api';
import type { ExponentialHistogram, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from './instrument.js';
import type { ExponentialBuckets, MetricStream, PointVisitor, Scope } from './points.js';
import { dataPointTypes } from './resource-metrics.js';

/** Makes the calls that a walk of our engine would make for the same data. */
export function replay({ resource, scopeMetrics }: ResourceMetrics, visitor: PointVisitor): void {
  visitor.begin?.(resource);
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const delta = metric.aggregationTemporality === aggregationTemporalities.delta;
      visitor.metric(streamOf(metric, scope as Scope), delta ? 'delta' : 'cumulative');
      for (const point of metric.dataPoints) {
        visitPoint(visitor, point.attributes, unixMs(point.startTime), unixMs(point.endTime), point.value);
      }
    }
  }
  visitor.end?.();
}

type PointValue = number | Histogram | ExponentialHistogram;

function visitPoint(
  visitor: PointVisitor,
  attributes: Attributes,
  start: number,
  end: number,
  value: PointValue,
): void {
  if (typeof value === 'number') {
    visitor.number(attributes, start, end, value);
  } else if ('buckets' in value) {
    const { count, sum, min, max, buckets } = value;
    visitor.histogram(
      attributes,
      start,
      end,
      count,
      sum,
      min,
      max,
      buckets.boundaries,
      Float64Array.from(buckets.counts),
      0,
    );
  } else {
    const { count, sum, min, max, scale, zeroCount, positive, negative } = value;
    const [above, below] = [exponentialBuckets(positive), exponentialBuckets(negative)];
    visitor.exponentialHistogram(attributes, start, end, count, sum, min, max, scale, zeroCount, above, below);
  }
}

function exponentialBuckets({ offset, bucketCounts }: { offset: number; bucketCounts: number[] }): ExponentialBuckets {
  return { offset, counts: Float64Array.from(bucketCounts), from: 0, length: bucketCounts.length };
}

function streamOf(metric: MetricData, scope: Scope): MetricStream {
  const { name, description, unit, valueType } = metric.descriptor;
  const type = (metric.descriptor as { type?: string }).type;
  const kind =
    (Object.keys(instrumentTypes) as InstrumentKind[]).find((each) => instrumentTypes[each] === type) ?? 'gauge';
  const sum = metric.dataPointType !== dataPointTypes.gauge;
  const monotonic = metric.dataPointType === dataPointTypes.sum ? metric.isMonotonic : sum;
  const points =
    metric.dataPointType === dataPointTypes.histogram
      ? 'histogram'
      : metric.dataPointType === dataPointTypes.exponentialHistogram
        ? 'exponentialHistogram'
        : 'number';
  return { name, description, unit, kind, scope, points, sum, monotonic, valueType: valueType as 0 | 1 };
}

function unixMs([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}
