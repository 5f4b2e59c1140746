/** The metrics of video detection: frames, durations, detections, errors, memory and GPU. */
import { oneOf, optional, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge } from '../../catalogue/definitions.js';
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import { countOf, type NameOption } from '../kit/bounded-names.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Maximum number of models; further models become `_OTHER`. */
export const modelLimit = 10;

/** The standard stages; the option `stages` adds others. */
export const standardStages = ['decode', 'preprocess', 'inference', 'postprocess', 'track'] as const;

/** Reasons why a frame is dropped. */
export const dropReasons = ['queue_full', 'late', 'skipped', 'corrupt', 'disconnected'] as const;

/** Which metrics and labels the pack has. */
export const details = ['full', 'few'] as const;
export type Detail = (typeof details)[number];

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

/** Attribute types of the metrics. */
function attributesOf(names: VisionNames) {
  return {
    camera: { camera: optional(text({ limit: countOf(names.cameras) })) },
    model: { model: optional(text({ limit: modelLimit })) },
    detectionClass: typeof names.classes === 'number' ? text({ limit: names.classes }) : oneOf(...names.classes),
    stage: oneOf(...names.stages),
    gpu: { gpu: optional(text({ limit: 16 })) },
  };
}

/** Returns the definitions that exist with every `detail`. */
function fewDefinitions(names: VisionNames) {
  const { camera, model, detectionClass, stage, gpu } = attributesOf(names);
  return {
    frames: counter({
      name: 'vision.frames',
      unit: '{frame}',
      description: 'Frames processed.',
      attributes: camera,
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
    detections: counter({
      name: 'vision.detections',
      unit: '{detection}',
      description: 'Detections, by class.',
      attributes: { ...camera, ...model, class: optional(detectionClass) },
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
      description: 'Memory in use, by default of the process.',
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
  };
}

/** Returns the definitions of `detail: 'full'`. */
function detailDefinitions(names: VisionNames) {
  const { camera, stage, gpu } = attributesOf(names);
  return {
    droppedFrames: counter({
      name: 'vision.dropped_frames',
      unit: '{frame}',
      description: 'Frames dropped, by reason.',
      attributes: { ...camera, reason: oneOf(...dropReasons) },
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
    detectionsPerFrame: histogram({
      name: 'vision.detections_per_frame',
      unit: '{detection}',
      description: 'Detections in a frame.',
      buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200],
      attributes: camera,
    }),
    gpuMemoryLimit: gauge({
      name: 'vision.gpu.memory.limit',
      unit: 'By',
      description: 'Total GPU memory.',
      attributes: gpu,
    }),
  };
}

/** The definitions of the catalogue. Without detail, it has fewer. */
export type VisionDefinitions = ReturnType<typeof fewDefinitions>;

/** The further definitions of `detail: 'full'`. */
export type DetailDefinitions = ReturnType<typeof detailDefinitions>;

/** The instruments of the pack. Detailed instruments exist only with `detail: 'full'`. */
export type VisionInstruments = InstrumentsOf<VisionDefinitions> & Partial<InstrumentsOf<DetailDefinitions>>;

/** Returns the catalogue of the pack. */
export function visionCatalogue(names: VisionNames, detail: Detail, options: PackCatalogueOptions = {}) {
  const definitions: VisionDefinitions = {
    ...fewDefinitions(names),
    ...(detail === 'full' ? detailDefinitions(names) : {}),
  };
  return definePackCatalogue(definitions, options);
}
