/** The metrics of detection on video: frames and how fast they come, times, what was found, what failed, what it takes. */
import { oneOf, optional, text } from '../../catalogue/attributes.js';
import { type CatalogueOptions, defineCatalogue } from '../../catalogue/catalogue.js';
import { counter, gauge, histogram, observableGauge } from '../../catalogue/definitions.js';
import { countOf, type NameOption } from '../kit/bounded-names.js';

/** Models that have series of their own. */
export const modelLimit = 10;

/** The stages that there always are; options add others. */
export const standardStages = ['decode', 'preprocess', 'inference', 'postprocess', 'track'] as const;

/** Why a frame is not looked at. */
export const dropReasons = ['queue_full', 'late', 'skipped', 'corrupt', 'disconnected'] as const;

/** Names that have series of their own. */
export interface KnownNames {
  readonly cameras: NameOption;
  readonly classes: NameOption;
  /** The names of all stages. */
  readonly stages: readonly string[];
}

/** Inference, seconds. */
const inferenceSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5];
/** Stages and whole frames, seconds: 16.7 ms is a frame at 60 per second, 33.3 ms at 30, twice as much two of them. */
const frameSeconds = [0.001, 0.002, 0.004, 0.008, 0.0167, 0.0333, 0.05, 0.0667, 0.1, 0.2, 0.5];

/** The catalogue, its names prefixed when a namespace is given. */
export function visionCatalogue(names: KnownNames, options: CatalogueOptions = {}) {
  const cameras = countOf(names.cameras);
  const camera = { camera: optional(text({ limit: cameras })) };
  // One more for what is computed beyond a limit and already called `_OTHER`: seen once, it would be refused at every
  // collection otherwise.
  const cameraComputed = { camera: optional(text({ limit: cameras + 1 })) };
  const model = { model: optional(text({ limit: modelLimit })) };
  const detected = typeof names.classes === 'number' ? text({ limit: names.classes }) : oneOf(...names.classes);
  const stage = oneOf(...names.stages);
  const gpu = { gpu: optional(text({ limit: 16 })) };
  return defineCatalogue(
    {
      frames: counter({
        name: 'vision.frames',
        unit: '{frame}',
        description: 'Frames processed.',
        attributes: camera,
      }),
      droppedFrames: counter({
        name: 'vision.dropped_frames',
        unit: '{frame}',
        description: 'Frames that were not processed, by why.',
        attributes: { ...camera, reason: oneOf(...dropReasons) },
      }),
      fps: observableGauge({
        name: 'vision.fps',
        unit: '{frame}/s',
        description: 'Frames processed per second, over the window.',
        attributes: cameraComputed,
      }),
      inferenceDuration: histogram({
        name: 'vision.inference.duration',
        unit: 's',
        description: 'Time that the model computes for a frame.',
        buckets: inferenceSeconds,
        attributes: { ...camera, ...model },
      }),
      stageDuration: histogram({
        name: 'vision.stage.duration',
        unit: 's',
        description: 'Time of a stage of a frame.',
        buckets: frameSeconds,
        attributes: { ...camera, stage },
      }),
      frameDuration: histogram({
        name: 'vision.frame.duration',
        unit: 's',
        description: 'Time of a frame, from its beginning to its end.',
        buckets: frameSeconds,
        attributes: camera,
      }),
      detections: counter({
        name: 'vision.detections',
        unit: '{detection}',
        description: 'Things detected, by class.',
        attributes: { ...camera, ...model, class: optional(detected) },
      }),
      detectionsPerFrame: histogram({
        name: 'vision.detections_per_frame',
        unit: '{detection}',
        description: 'Things detected in a frame.',
        buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200],
        attributes: camera,
      }),
      errors: counter({
        name: 'vision.errors',
        unit: '{error}',
        description: 'Errors, by type and stage.',
        attributes: { ...camera, 'error.type': text({ limit: 50 }), stage: optional(stage) },
      }),
      memoryUsage: observableGauge({
        name: 'vision.memory.usage',
        unit: 'By',
        description: 'Memory in use: that of the process, or what the program says.',
      }),
      gpuUtilization: gauge({
        name: 'vision.gpu.utilization',
        unit: '1',
        description: 'Share of time that the GPU computes, 0 to 1.',
        attributes: gpu,
      }),
      gpuMemoryUsage: gauge({
        name: 'vision.gpu.memory.usage',
        unit: 'By',
        description: 'GPU memory in use.',
        attributes: gpu,
      }),
      gpuMemoryLimit: gauge({
        name: 'vision.gpu.memory.limit',
        unit: 'By',
        description: 'GPU memory that there is.',
        attributes: gpu,
      }),
    },
    options,
  );
}

/** The definitions of the catalogue. */
export type VisionDefinitions = ReturnType<typeof visionCatalogue>['definitions'];
