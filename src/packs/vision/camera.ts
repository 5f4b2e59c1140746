/** The handle of one camera, or of any other source of frames. */
import { eventOf } from '../kit/refusal.js';
import type { CameraMetrics, Source } from './camera-metrics.js';
import type { DropReason, FrameSample, Stage } from './events.js';
import { Frame } from './frame.js';

/** Records frames of one camera. Keep the handle: its instruments are bound once. No method throws. */
export class Camera {
  /** The recorded name: `_OTHER` beyond the limit, `undefined` for the unnamed camera. */
  readonly name: string | undefined;
  /** The recorded name of the model that processes the frames. */
  readonly model: string | undefined;
  readonly #metrics: CameraMetrics;

  constructor({ camera, model }: Source, metrics: CameraMetrics) {
    this.name = camera;
    this.model = model;
    this.#metrics = metrics;
  }

  /** Begins a frame, which is timed from now on. */
  begin(): Frame {
    return new Frame(this.#metrics);
  }

  /** Records a processed frame. Allocates nothing. */
  record(frame: FrameSample): void {
    let durationMs: unknown;
    let stages: unknown;
    let detections: unknown;
    try {
      ({ durationMs, stages, detections } = eventOf(frame));
    } catch (error) {
      this.#metrics.countUnreadable(error);
      return;
    }
    this.#metrics.recordFrame(this.#metrics.clock.monotonicMs(), durationMs, detections);
    if (stages !== undefined) this.#metrics.recordStages(stages);
  }

  /** Records the time of a stage that does not belong to a single frame. */
  stage(stage: Stage, milliseconds: number): void {
    this.#metrics.recordStage(stage, milliseconds);
  }

  /** Counts dropped frames that were never begun, one by default. */
  drop(reason: DropReason, frames = 1): void {
    this.#metrics.recordDrop(reason, frames);
  }

  /** Counts an error that does not belong to a frame, such as a source that cannot be opened. */
  error(error: unknown, stage?: Stage): void {
    this.#metrics.recordError(error, stage);
  }
}
