/**
 * Pack `vision`: the metrics of detection on video.
 *
 * `camera.ts` and `frame.ts` have a verb for each thing that happens to frames, `camera-metrics.ts` what these record;
 * `beside.ts` puts them beside a tracker that there is already.
 *
 * @module
 */
import type { Pack } from '../../catalogue/pack.js';
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { unknownOptions, wrongMilliseconds, wrongNames } from '../kit/options.js';
import { standardStages, type VisionDefinitions, visionCatalogue } from './metrics.js';
import { VisionRecorder } from './recorder.js';

export type { NameOption } from '../kit/bounded-names.js';
export type { Beside, MethodName } from './beside.js';
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
export type { VisionDefinitions } from './metrics.js';
export type { VisionRecorder } from './recorder.js';

/** Options of the pack. */
export interface VisionOptions {
  /** Put before every metric name. */
  readonly namespace?: string;
  /** Milliseconds that frames per second are computed over; 5000 by default. */
  readonly windowMs?: number;
  /** Cameras that have series of their own; the first 20 by default. */
  readonly cameras?: NameOption;
  /** Classes of detections that have series of their own; the first 80 by default. */
  readonly classes?: NameOption;
  /** Stages beside decode, preprocess, inference, postprocess and track. */
  readonly stages?: readonly string[];
  /** Reads the memory in use, bytes, at each collection; the resident memory of the process by default. */
  readonly memoryBytes?: () => number;
}

const known = ['namespace', 'windowMs', 'cameras', 'classes', 'stages', 'memoryBytes'];

/**
 * The pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID when an option is out of its range, or is none.
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
  const { namespace, windowMs = 5_000, cameras = 20, classes = 80, stages = [] } = options;
  const { memoryBytes = () => process.memoryUsage.rss() } = options;
  const problems: Problem[] = [
    ...unknownOptions('vision', options, known),
    ...wrongMilliseconds('vision', { windowMs }),
    ...wrongNames('vision', { cameras, classes }),
  ];
  if (!areNames(stages)) {
    problems.push({ where: 'vision.stages', value: stages, expected: 'a list of at most 50 names' });
  }
  if (typeof memoryBytes !== 'function') {
    problems.push({ where: 'vision.memoryBytes', value: memoryBytes, expected: 'a function that returns bytes' });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const allStages = [...new Set([...standardStages, ...stages])];
  return {
    name: 'vision',
    catalogue: visionCatalogue({ cameras, classes, stages: allStages }, namespace === undefined ? {} : { namespace }),
    recorder: (context) => new VisionRecorder(context, { windowMs, cameras, stages: allStages, memoryBytes }),
  };
}

function areNames(names: unknown): boolean {
  return Array.isArray(names) && names.length <= 50 && names.every((name) => typeof name === 'string' && name !== '');
}
