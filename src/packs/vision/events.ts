/** Frame events: the arguments of the recorder's methods. Times are milliseconds. */
import type { dropReasons, standardStages } from './metrics.js';

/** A stage of processing: a standard stage, or one of the option `stages`. */
// The intersection accepts any string, and editors still complete the standard stages.
export type Stage = (typeof standardStages)[number] | (string & {});

/** Reason why a frame was not processed: no room, too old, skipped on purpose, not decodable, or source disconnected. */
export type DropReason = (typeof dropReasons)[number];

/** Number of detections in a frame: in total, or by class, such as `{ person: 2, car: 1 }`. */
export type Detections = number | Readonly<Record<string, number>>;

/** The outcome of a processed frame. */
export interface FrameOutcome {
  readonly detections?: Detections;
}

/** A processed frame. Every field is optional. */
export interface FrameSample extends FrameOutcome {
  /** Time from the start of the frame to its end. */
  readonly durationMs?: number;
  /** Time of each stage; `inference` is also recorded as the inference duration. */
  readonly stages?: Readonly<Record<string, number | undefined>>;
}

/** A processed frame, with its camera and model. */
export interface CameraFrameSample extends FrameSample {
  readonly camera?: string | number;
  readonly model?: string;
}

/** Current readings of a GPU. An absent field keeps its last value. */
export interface GpuReading {
  /** Index or id of the GPU, if there are several. */
  readonly gpu?: string | number;
  /** Share of time in which the GPU computes, 0 to 100. */
  readonly utilizationPercent?: number;
  readonly memoryUsedBytes?: number;
  readonly memoryTotalBytes?: number;
}
