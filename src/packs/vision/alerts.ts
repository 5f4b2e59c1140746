/** The alerts of the pack `vision`. */

import {
  type Alert,
  above,
  alert,
  and,
  atLeast,
  below,
  type Duration,
  divide,
  equal,
  maxOver,
  offset,
  quantile,
  type RuleGroup,
  ruleGroup,
  times,
  unless,
  value,
} from '../../panels/index.js';
import { silentJobs } from '../kit/alerts-silence.js';
import { groupName } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import type { Detail } from './metrics.js';
import { errorShare, frameRate, type VisionMetrics, visionMetrics } from './queries.js';

/** Options of the rules. Shares are from 0 to 1. */
export interface VisionRulesOptions {
  /** Prefix of every metric name; that of the pack. */
  readonly namespace?: string;
  /** Detail of the pack: with `few`, there is no alert on full GPU memory; `full` by default. */
  readonly detail?: Detail;
  /** Seconds that the inference of 95 of 100 frames may take; 0.1 by default. */
  readonly latencySeconds?: number;
  /** Frames per second of a camera; 10 by default. */
  readonly minFps?: number;
  /** Share of errors in all frames; 0.05 by default. */
  readonly errorShare?: number;
  /** Frames in five minutes, errors included, below which errors are not judged; 20 by default. */
  readonly minFrames?: number;
  /** Share of the memory of a GPU in use; 0.9 by default. */
  readonly gpuMemoryShare?: number;
  /** Time that latency, frames per second or errors must be wrong; `5m` by default. */
  readonly wrongFor?: Duration;
  /** Time without frames of a camera; `5m` by default. */
  readonly noFramesFor?: Duration;
  /** Time without any metric of the pack in a service after which it is silent; `15m` by default. */
  readonly silentFor?: Duration;
  /** Time since its last metric after which a silent job is no alert any more, longer than `silentFor`; `1d` by default. */
  readonly silencePast?: Duration;
  /** Time for which a job has the metrics, without gaps of more than a tenth, before its end is an alert; `6h` by default. */
  readonly serviceAfter?: Duration;
}

const defaults: Required<Omit<VisionRulesOptions, 'namespace'>> = {
  detail: 'full',
  latencySeconds: 0.1,
  minFps: 10,
  errorShare: 0.05,
  minFrames: 20,
  gpuMemoryShare: 0.9,
  wrongFor: '5m',
  noFramesFor: '5m',
  silentFor: '15m',
  silencePast: '1d',
  serviceAfter: '6h',
};

/**
 * Returns the rules of the pack: alerts on latency, frames per second, errors, GPU memory, cameras without frames, and
 * silence.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid; METRICS_PANEL_INVALID if a duration is
 * invalid; METRICS_CATALOGUE_INVALID if the namespace is invalid.
 *
 * @example
 * visionRules({ minFps: 25, latencySeconds: 0.05 });
 */
export function visionRules(options: VisionRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = withDefaults('visionRules', options, defaults, { others: ['namespace'] });
  const { namespace } = thresholds;
  const metrics = visionMetrics('visionRules', namespace, thresholds.detail);
  const alerts = [...frameAlerts(metrics, thresholds), ...resourceAlerts(metrics, thresholds)];
  const group = groupName('vision', namespace);
  return [ruleGroup(group, { alerts }), silenceGroup(`${group}-silence`, metrics, thresholds)];
}

function frameAlerts(metrics: VisionMetrics, thresholds: typeof defaults): readonly Alert[] {
  const { latencySeconds, minFps, wrongFor, noFramesFor } = thresholds;
  const camera = { by: ['job', 'camera'] } as const;
  const fps = value(metrics.fps, { ...camera, merge: 'sum' });
  const areEnough = atLeast(times(frameRate(metrics, ['job'], '5m'), 5 * 60), thresholds.minFrames);
  // A camera without frames for an hour was removed, or its first alert has told.
  const isGone = and(equal(maxOver(fps, '1h'), 0), offset(fps, '1h'));
  return [
    alert({
      name: 'VisionLatencyHigh',
      when: above(quantile(0.95, metrics.inferenceDuration, { ...camera, over: '5m' }), latencySeconds),
      for: wrongFor,
      severity: 'ticket',
      summary: 'Inference of frames of camera {camera} of {job} is slow: 95 of 100 take up to {value}.',
      description:
        'Frames wait for the model, and are late or dropped. Compare the utilization of the GPU and the time of stages: a larger model, a higher resolution or another program on the GPU are usual causes.',
    }),
    alert({
      name: 'VisionFramesSlow',
      when: and(below(fps, minFps), above(fps, 0)),
      for: wrongFor,
      severity: 'ticket',
      summary: 'Camera {camera} of {job} has only {value} frames per second.',
      description:
        'Fewer frames are processed than needed. If the time of frames has grown, the program is too slow; else the camera or the network delivers fewer.',
    }),
    alert({
      name: 'VisionNoFrames',
      when: unless(equal(maxOver(fps, '2m'), 0), isGone),
      for: noFramesFor,
      severity: 'page',
      summary: 'Camera {camera} of {job} has no frames.',
      description:
        'The program runs, but no frame of this camera is processed. Look for errors by type, and for frames dropped as disconnected: then the camera or its network is down. The alert ends after an hour without frames.',
    }),
    alert({
      name: 'VisionErrorsHigh',
      when: and(above(errorShare(metrics, ['job'], '5m'), thresholds.errorShare), areEnough),
      for: wrongFor,
      severity: 'page',
      summary: '{value} of the frames of {job} end with an error.',
      description:
        'The panel "Errors by type and stage" shows the cause: errors of decoding come from the camera, those of inference from the model or the GPU.',
    }),
  ];
}

function resourceAlerts(
  { gpuMemoryUsage, gpuMemoryLimit }: VisionMetrics,
  { gpuMemoryShare, wrongFor }: typeof defaults,
): readonly Alert[] {
  const gpu = { by: ['job', 'instance', 'gpu'] } as const;
  return [
    ...(gpuMemoryLimit === undefined
      ? []
      : [
          alert({
            name: 'VisionGpuMemoryHigh',
            when: above(divide(value(gpuMemoryUsage, gpu), value(gpuMemoryLimit, gpu)), gpuMemoryShare),
            for: wrongFor,
            severity: 'ticket',
            summary: '{value} of the memory of GPU {gpu} of {instance} is in use.',
            description:
              'The next allocation may fail, and frames with it. Use smaller batches or a smaller resolution, or move a model to another GPU.',
          }),
        ]),
  ];
}

function silenceGroup(name: string, { memoryUsage }: VisionMetrics, thresholds: typeof defaults): RuleGroup {
  const { recordings, isSilent } = silentJobs('visionRules', memoryUsage, thresholds);
  return ruleGroup(name, {
    interval: '1m',
    recordings,
    alerts: [
      alert({
        name: 'VisionSilent',
        when: isSilent,
        for: thresholds.silentFor,
        severity: 'page',
        summary: 'Video detection {job} exports no metrics any more.',
        description:
          'A running pack always exports its memory. Either no process of the job runs, or its metrics do not arrive: look at the state of its targets in Prometheus, or at the exporter of the Collector. Silence the alert if the job was ended on purpose; it ends by itself once the job is silent for longer than `silencePast`. Jobs that run for less than `serviceAfter` may end without it.',
      }),
    ],
  });
}
