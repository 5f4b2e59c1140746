/**
 * Pack `vision`: metrics of video detection.
 *
 * `camera.ts` and `frame.ts` have a method for each event of a frame; `camera-metrics.ts` records the events.
 * `tracker-wrapper.ts` adds metrics to an existing tracker.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { namespaceOption } from '../kit/namespace.js';
import { checkedOptions, unknownOptions, wrongMilliseconds, wrongNames } from '../kit/options.js';
import { type Detail, details, standardStages, type VisionDefinitions, visionCatalogue } from './metrics.js';
import { VisionRecorder } from './recorder.js';

export type { NameOption } from '../kit/bounded-names.js';
export type { Camera } from './camera.js';
export type {
  CameraFrameSample,
  Detections,
  DropReason,
  FrameOutcome,
  FrameSample,
  GpuReading,
  Stage,
} from './events.js';
export type { Frame } from './frame.js';
export type { Detail, VisionDefinitions, VisionInstruments } from './metrics.js';
export type { VisionRecorder } from './recorder.js';
export type { MethodName, WrapOptions } from './tracker-wrapper.js';

/** Options of the pack. */
export interface VisionOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** Window in milliseconds over which frames per second are computed; 5000 by default. */
  readonly windowMs?: number;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default
   * buckets of durations end at half a second.
   */
  readonly maxExpectedSeconds?: number;
  /** Maximum number of cameras, or their names; other cameras become `_OTHER`. 20 by default. */
  readonly cameras?: NameOption;
  /** Maximum number of detection classes, or their names; other classes become `_OTHER`. 80 by default. */
  readonly classes?: NameOption;
  /**
   * `few` for a scrape of at most 2 KB: only frames, frames per second, inference time, detections, errors, memory and GPU,
   * without labels for camera, model, class and stage. `full` by default.
   */
  readonly detail?: Detail;
  /** Names of stages in addition to decode, preprocess, inference, postprocess and track; at most 50. */
  readonly stages?: readonly string[];
  /** Returns the memory in use in bytes; called at each collection. By default the resident memory of the process. */
  readonly memoryBytes?: () => number;
}

const known = ['namespace', 'windowMs', 'cameras', 'classes', 'detail', 'stages', 'memoryBytes', 'maxExpectedSeconds'];

/**
 * Returns the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { prometheus } from 'otelier/backends/prometheus';
 * import { vision } from 'otelier/packs/vision';
 * await using metrics = startMetrics({
 *   serviceName: 'edge-detection',
 *   packs: { vision: vision() },
 *   backends: [prometheus({ port: 9090 })],
 * });
 * const front = metrics.vision.camera('front', 'yolo-v8');
 * const frame = front.begin();
 * frame.stage('decode');
 * frame.stage('inference');
 * frame.end({ detections: { person: 2, car: 1 } });
 */
export function vision(options: VisionOptions = {}): Pack<VisionRecorder, VisionDefinitions> {
  checkedOptions('vision', options);
  const { namespace, windowMs = 5_000, maxExpectedSeconds, cameras = 20, classes = 80, stages = [] } = options;
  const { detail = 'full', memoryBytes = () => process.memoryUsage.rss() } = options;
  const problems: Problem[] = [
    ...unknownOptions('vision', options, known),
    ...wrongMilliseconds('vision', { windowMs }),
    ...wrongMaxExpectedSeconds('vision', maxExpectedSeconds),
    ...wrongNames('vision', { cameras, classes }),
  ];
  if (!details.includes(detail)) {
    problems.push({ where: 'vision.detail', value: detail, expected: `one of ${details.join(', ')}` });
  }
  if (!isNameList(stages)) {
    problems.push({ where: 'vision.stages', value: stages, expected: 'an array of at most 50 non-empty strings' });
  }
  if (typeof memoryBytes !== 'function') {
    problems.push({
      where: 'vision.memoryBytes',
      value: memoryBytes,
      expected: 'a function that returns a number of bytes',
    });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const allStages = [...new Set([...standardStages, ...stages])];
  return {
    name: 'vision',
    callsBack: false,
    options,
    catalogue: visionCatalogue({ cameras, classes, stages: allStages }, detail, {
      maxExpectedSeconds,
      ...namespaceOption(namespace),
    }),
    recorder: (context) => new VisionRecorder(context, { windowMs, cameras, detail, stages: allStages, memoryBytes }),
  };
}

function isNameList(names: unknown): boolean {
  return Array.isArray(names) && names.length <= 50 && names.every((name) => typeof name === 'string' && name !== '');
}
