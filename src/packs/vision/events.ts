/** What happens to frames: the arguments of the recorder's verbs. Times are milliseconds. */
import type { dropReasons, standardStages } from './metrics.js';

/** What a frame passes through: those that there always are, and those that the pack was given. */
// An intersection that any text fits, so that editors still offer the known ones.
export type Stage = (typeof standardStages)[number] | (string & {});

/** Why a frame was not processed: no room, too old, left out on purpose, not decodable, or the source was gone. */
export type DropReason = (typeof dropReasons)[number];

/** How many things were detected in a frame: in all, or by class, such as `{ person: 2, car: 1 }`. */
export type Detections = number | Readonly<Record<string, number>>;

/** How a frame ended. */
export interface FrameOutcome {
  readonly detections?: Detections;
}

/** A frame that is over. What is not known is left out. */
export interface FrameSample extends FrameOutcome {
  /** From its beginning to its end. */
  readonly durationMs?: number;
  /** What each stage took; `inference` is the inference latency as well. */
  readonly stages?: Readonly<Record<string, number | undefined>>;
}

/** A frame that is over, with where it came from. */
export interface CameraFrameSample extends FrameSample {
  readonly camera?: string | number;
  readonly model?: string;
}

/** What a GPU does now; what is left out keeps its last value. */
export interface GpuReading {
  /** Which one, where there are several: its index or id. */
  readonly gpu?: string | number;
  /** Share of time that it computes, 0 to 100. */
  readonly utilizationPercent?: number;
  readonly memoryUsedBytes?: number;
  readonly memoryTotalBytes?: number;
}
