/** Row of the ten panels that describe video detection at a glance. */
import { increase, mean, or, panel, quantile, type Row, rate, row, times, value } from '../../../panels/index.js';
import { errorShare, type VisionMetrics, zero } from '../queries.js';

export function overview(metrics: VisionMetrics, minFps: number): Row {
  const { inferenceDuration, fps, memoryUsage, gpuUtilization, gpuMemoryUsage, detections, errors } = metrics;
  const floor = [
    { from: Number.NEGATIVE_INFINITY, level: 'critical' },
    { from: minFps, level: 'good' },
  ] as const;
  const third = { width: 8, min: 0 };
  return row('Overview', [
    panel({
      title: 'Frames per second',
      kind: 'gauge',
      description: 'Frames processed per second by camera, over the window of the pack.',
      queries: { query: value(fps, { by: ['camera'], merge: 'sum' }), legend: '{camera}' },
      min: 0,
      max: 60,
      thresholds: floor,
      width: 8,
    }),
    panel({
      title: 'Detections of the last hour',
      kind: 'stat',
      queries: increase(detections, { over: '1h' }),
      decimals: 0,
      width: 8,
    }),
    panel({
      title: 'Errors of the last hour',
      kind: 'stat',
      queries: or(increase(errors, { over: '1h' }), zero(metrics)),
      decimals: 0,
      thresholds: [{ from: 1, level: 'warning' }],
      width: 8,
    }),
    panel({
      ...third,
      title: 'Inference latency',
      queries: [
        { query: mean(inferenceDuration), legend: 'mean' },
        { query: quantile(0.5, inferenceDuration), legend: 'p50' },
        { query: quantile(0.95, inferenceDuration), legend: 'p95' },
        { query: quantile(0.99, inferenceDuration), legend: 'p99' },
      ],
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'Frames per second over time',
      queries: { query: value(fps, { by: ['camera'], merge: 'sum' }), legend: '{camera}' },
      thresholds: floor,
    }),
    panel({
      ...third,
      title: 'Detection rate',
      queries: { query: rate(detections, { by: ['class'] }), legend: '{class}' },
      stacked: true,
    }),
    panel({
      ...third,
      title: 'Error rate',
      description: 'Share of errors in all frames.',
      queries: { query: times(errorShare(metrics), 100), legend: 'errors' },
      unit: '%',
    }),
    panel({
      ...third,
      title: 'Memory',
      queries: { query: value(memoryUsage, { by: ['instance'] }), legend: '{instance}' },
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'GPU utilization',
      queries: { query: value(gpuUtilization, { by: ['instance', 'gpu'] }), legend: '{instance}, GPU {gpu}' },
      max: 1,
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'GPU memory',
      queries: { query: value(gpuMemoryUsage, { by: ['instance', 'gpu'] }), legend: '{instance}, GPU {gpu}' },
      roles: ['operator', 'developer'],
    }),
  ]);
}
