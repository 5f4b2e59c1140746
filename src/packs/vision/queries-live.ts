/** Values of the live stream. */
import { type Query, quantile, rate, times } from '../../panels/index.js';
import { errorShare, visionMetrics } from './queries.js';

/** Returns the queries of the live stream by name. */
export function visionLive(namespace?: string): Readonly<Record<string, Query>> {
  const metrics = visionMetrics('visionLive', namespace, 'few');
  return {
    frames_per_second: rate(metrics.frames),
    error_rate: errorShare(metrics),
    p99_latency_ms: times(quantile(0.99, metrics.inferenceDuration), 1_000),
    detections_per_second: rate(metrics.detections),
  };
}
