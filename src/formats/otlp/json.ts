/** Encodes OTLP as JSON with the stock encoder, in requests within a size limit. */
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { MetricData, ResourceMetrics, ScopeMetrics } from '../../model/otel-data.js';
import type { EncodedCollection, EncodedRequest } from '../../model/request.js';

/**
 * Encodes a collection. A request that exceeds the limit is halved until its parts fit; a single point that exceeds it is
 * counted as oversized.
 */
export function encodeJson(metrics: ResourceMetrics, maxRequestBytes: number): EncodedCollection {
  const requests: EncodedRequest[] = [];
  let oversized = 0;

  function encode(part: ResourceMetrics): void {
    const points = pointsOf(part);
    if (points === 0) return;
    const body = JsonMetricsSerializer.serializeRequest(part) ?? new Uint8Array();
    if (body.length <= maxRequestBytes) requests.push({ body, points });
    else if (points === 1) oversized++;
    else {
      const middle = Math.ceil(points / 2);
      encode(slice(part, 0, middle));
      encode(slice(part, middle, points));
    }
  }

  encode(metrics);
  return { requests, oversized };
}

function pointsOf({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics.reduce(
    (sum, { metrics }) => sum + metrics.reduce((points, { dataPoints }) => points + dataPoints.length, 0),
    0,
  );
}

/** Returns points `from` to `to` (exclusive), counted across all metrics. */
function slice({ resource, scopeMetrics }: ResourceMetrics, from: number, to: number): ResourceMetrics {
  let first = 0;
  const sliceMetric = (metric: MetricData): MetricData[] => {
    const { dataPoints } = metric;
    const kept = dataPoints.slice(Math.max(0, from - first), Math.max(0, to - first));
    first += dataPoints.length;
    return kept.length === 0 ? [] : [{ ...metric, dataPoints: kept } as MetricData];
  };
  const sliceScope = ({ scope, metrics }: ScopeMetrics): ScopeMetrics[] => {
    const kept = metrics.flatMap(sliceMetric);
    return kept.length === 0 ? [] : [{ scope, metrics: kept }];
  };
  return { resource, scopeMetrics: scopeMetrics.flatMap(sliceScope) };
}
