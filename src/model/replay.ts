/** Drives a visitor from stock OpenTelemetry data, so that encoders work behind any SDK and are testable without ours. */
import type { HrTime } from '@opentelemetry/api';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from './instrument.js';
import type { DataPoint, ExponentialHistogram, Histogram, MetricData, ResourceMetrics } from './otel-data.js';
import { ExponentialView, HistogramView, NumberView } from './point-views.js';
import type { ExponentialBuckets, MetricStream, PointVisitor, Scope } from './points.js';
import { dataPointTypes } from './resource-metrics.js';

/** Makes the calls that a walk of our engine makes for the same data. Streams and series are new in each replay. */
export function replay({ resource, scopeMetrics }: ResourceMetrics, visitor: PointVisitor): void {
  visitor.begin?.(resource);
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const delta = metric.aggregationTemporality === aggregationTemporalities.delta;
      visitor.metric(streamOf(metric, scope as Scope), delta ? 'delta' : 'cumulative');
      for (const [index, point] of metric.dataPoints.entries()) visitPoint(visitor, point, index);
    }
  }
  visitor.end?.();
  if (visitor.again?.()) replay({ resource, scopeMetrics }, visitor);
}

const numberView = new NumberView();
const histogramView = new HistogramView();
const exponentialView = new ExponentialView();

type AnyDataPoint = DataPoint<number | Histogram | ExponentialHistogram>;

function visitPoint(
  visitor: PointVisitor,
  { attributes, startTime, endTime, value }: AnyDataPoint,
  index: number,
): void {
  const series = { attributes, index };
  const [start, end] = [unixMs(startTime), unixMs(endTime)];
  if (typeof value === 'number') {
    numberView.begin(series, start, end);
    numberView.value = value;
    visitor.number(numberView);
    return;
  }
  const { count, sum, min, max } = value;
  if ('buckets' in value) {
    const { boundaries, counts } = value.buckets;
    histogramView.begin(series, start, end);
    Object.assign(histogramView, { count, sum, min, max, boundaries, counts: Float64Array.from(counts) });
    visitor.histogram(histogramView);
  } else {
    const { scale, zeroCount } = value;
    const [positive, negative] = [exponentialBuckets(value.positive), exponentialBuckets(value.negative)];
    exponentialView.begin(series, start, end);
    Object.assign(exponentialView, { count, sum, min, max, scale, zeroCount, positive, negative });
    visitor.exponentialHistogram(exponentialView);
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
