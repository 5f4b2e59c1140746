/** The metrics of video detection: frames, durations, detections, errors, memory and GPU. */
import { oneOf, optional, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge } from '../../catalogue/definitions.js';
import { countOf, type NameOption } from '../kit/bounded-names.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Maximum number of models; further models become `_OTHER`. */
export const modelLimit = 10;

/** The standard stages; the option `stages` adds others. */
export const standardStages = ['decode', 'preprocess', 'inference', 'postprocess', 'track'] as const;

/** Reasons why a frame is dropped. */
export const dropReasons = ['queue_full', 'late', 'skipped', 'corrupt', 'disconnected'] as const;

/** Limits of camera and class names, and the names of all stages. */
export interface VisionNames {
  readonly cameras: NameOption;
  readonly classes: NameOption;
  readonly stages: readonly string[];
}

/** Buckets of inference times, in seconds. */
const inferenceSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5];
/**
 * Buckets of stages and frames, in seconds. A frame takes 16.7 ms at 60 frames per second and 33.3 ms at 30; two frames take
 * 66.7 ms at 30.
 */
const frameSeconds = [0.001, 0.002, 0.004, 0.008, 0.0167, 0.0333, 0.05, 0.0667, 0.1, 0.2, 0.5];

/** Returns the catalogue of the pack. */
export function visionCatalogue(names: VisionNames, options: PackCatalogueOptions = {}) {
  const camera = { camera: optional(text({ limit: countOf(names.cameras) })) };
  const model = { model: optional(text({ limit: modelLimit })) };
  const detectionClass = typeof names.classes === 'number' ? text({ limit: names.classes }) : oneOf(...names.classes);
  const stage = oneOf(...names.stages);
  const gpu = { gpu: optional(text({ limit: 16 })) };
  return definePackCatalogue(
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
        description: 'Frames dropped, by reason.',
        attributes: { ...camera, reason: oneOf(...dropReasons) },
      }),
      fps: observableGauge({
        name: 'vision.fps',
        unit: '{frame}/s',
        description: 'Frames processed per second, over the window.',
        attributes: camera,
      }),
      inferenceDuration: histogram({
        name: 'vision.inference.duration',
        unit: 's',
        description: 'Inference time of a frame.',
        buckets: inferenceSeconds,
        attributes: { ...camera, ...model },
      }),
      stageDuration: histogram({
        name: 'vision.stage.duration',
        unit: 's',
        description: 'Time of a processing stage of a frame.',
        buckets: frameSeconds,
        attributes: { ...camera, stage },
      }),
      frameDuration: histogram({
        name: 'vision.frame.duration',
        unit: 's',
        description: 'Time from the start to the end of a frame.',
        buckets: frameSeconds,
        attributes: camera,
      }),
      detections: counter({
        name: 'vision.detections',
        unit: '{detection}',
        description: 'Detections, by class.',
        attributes: { ...camera, ...model, class: optional(detectionClass) },
      }),
      detectionsPerFrame: histogram({
        name: 'vision.detections_per_frame',
        unit: '{detection}',
        description: 'Detections in a frame.',
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
        description: 'Memory in use, by default the resident memory of the process.',
      }),
      gpuUtilization: gauge({
        name: 'vision.gpu.utilization',
        unit: '1',
        description: 'Share of time in which the GPU computes, 0 to 1.',
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
        description: 'Total GPU memory.',
        attributes: gpu,
      }),
    },
    options,
  );
}

/** The definitions of the catalogue. */
export type VisionDefinitions = ReturnType<typeof visionCatalogue>['definitions'];
