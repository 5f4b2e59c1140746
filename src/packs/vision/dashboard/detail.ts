/** Rows of what the pack measures beside the overview; some of it only with `detail: 'full'`. */
import {
  divide,
  mean,
  or,
  type Panel,
  panel,
  quantile,
  type Row,
  rate,
  row,
  times,
  value,
} from '../../../panels/index.js';
import { errorRate, type VisionMetrics, zero } from '../queries.js';

const forBoth = { roles: ['operator', 'developer'], min: 0 } as const;
const forDevelopers = { roles: ['developer'], min: 0 } as const;

export function frames(metrics: VisionMetrics): Row {
  const { frames, frameDuration, stageDuration, droppedFrames } = metrics;
  const panels: Panel[] = [
    panel({
      ...forBoth,
      title: 'Frames by camera',
      queries: { query: rate(frames, { by: ['camera'] }), legend: '{camera}' },
      stacked: true,
    }),
  ];
  if (droppedFrames !== undefined) {
    panels.push(
      panel({
        ...forBoth,
        title: 'Dropped frames',
        queries: [
          { query: rate(droppedFrames, { by: ['reason'] }), legend: '{reason}' },
          { query: or(rate(droppedFrames), zero(metrics)), legend: 'all' },
        ],
      }),
    );
  }
  if (frameDuration !== undefined) {
    panels.push(
      panel({
        ...forBoth,
        title: 'Time of frames',
        queries: [0.5, 0.95, 0.99].map((share) => ({
          query: quantile(share, frameDuration),
          legend: `p${share * 100}`,
        })),
      }),
    );
  }
  if (stageDuration !== undefined) {
    panels.push(
      panel({
        ...forDevelopers,
        title: 'Time of stages, p95',
        queries: { query: quantile(0.95, stageDuration, { by: ['stage'] }), legend: '{stage}' },
      }),
      panel({
        ...forDevelopers,
        title: 'Time of stages per second',
        description:
          'Seconds that each stage takes within a second, of all cameras: the stage to speed up is the widest.',
        queries: { query: rate(stageDuration, { by: ['stage'], of: 'sum' }), legend: '{stage}' },
        stacked: true,
      }),
    );
  }
  return row('Frames', panels);
}

export function models(metrics: VisionMetrics): Row {
  const { inferenceDuration, detections, detectionsPerFrame, errors, gpuMemoryUsage, gpuMemoryLimit } = metrics;
  const panels: Panel[] = [
    panel({
      ...forDevelopers,
      title: 'Inference latency by model, p95',
      queries: { query: quantile(0.95, inferenceDuration, { by: ['model'] }), legend: '{model}' },
    }),
    panel({
      ...forDevelopers,
      title: 'Detections by camera and model',
      queries: { query: rate(detections, { by: ['camera', 'model'] }), legend: '{camera}, {model}' },
    }),
  ];
  if (detectionsPerFrame !== undefined) {
    panels.push(
      panel({
        ...forDevelopers,
        title: 'Detections in a frame',
        queries: [
          { query: mean(detectionsPerFrame), legend: 'mean' },
          { query: quantile(0.95, detectionsPerFrame), legend: 'p95' },
        ],
        unit: '{detection}',
      }),
    );
  }
  panels.push(
    panel({
      ...forBoth,
      title: 'Errors by type and stage',
      queries: [
        { query: rate(errors, { by: ['error.type', 'stage'] }), legend: '{error.type}, {stage}' },
        { query: errorRate(metrics), legend: 'all' },
      ],
      unit: '{error}/s',
    }),
  );
  if (gpuMemoryLimit !== undefined) {
    const gpu = { by: ['instance', 'gpu'] } as const;
    panels.push(
      panel({
        ...forBoth,
        title: 'GPU memory in use',
        description: 'Share of the memory of a GPU that is in use.',
        queries: {
          query: times(divide(value(gpuMemoryUsage, gpu), value(gpuMemoryLimit, gpu)), 100),
          legend: '{instance}, GPU {gpu}',
        },
        unit: '%',
        max: 100,
        thresholds: [{ from: 90, level: 'warning' }],
      }),
    );
  }
  return row('Models and errors', panels);
}
