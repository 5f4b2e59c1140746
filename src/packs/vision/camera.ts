/** The metrics of one camera, or of any other source of frames. */
import type { CameraMetrics, Source } from './camera-metrics.js';
import type { DropReason, FrameSample, Stage } from './events.js';
import { Frame } from './frame.js';

/** The handle of a camera: hold on to it where you can. Nothing here throws. */
export class Camera {
  /** As it is recorded; `_OTHER` beyond the limit, `undefined` for the one without a name. */
  readonly name: string | undefined;
  /** The model that looks at its frames, as it is recorded. */
  readonly model: string | undefined;
  readonly #metrics: CameraMetrics;

  constructor({ camera, model }: Source, metrics: CameraMetrics) {
    this.name = camera;
    this.model = model;
    this.#metrics = metrics;
  }

  /** Begins a frame, which is timed from here. */
  begin(): Frame {
    return new Frame(this.#metrics);
  }

  /** Records a frame that was processed, and all that is known of it. Makes no objects. */
  record(frame: FrameSample): void {
    let durationMs: unknown;
    let stages: unknown;
    let detections: unknown;
    try {
      ({ durationMs, stages, detections } = frame);
    } catch {
      this.#metrics.unreadable('frameDuration');
      return;
    }
    this.#metrics.processed(this.#metrics.clock.monotonicMs(), durationMs, detections);
    if (stages !== undefined) this.#metrics.stagedAll(stages);
  }

  /** Records what a stage took, for work that belongs to no single frame. */
  stage(stage: Stage, milliseconds: number): void {
    this.#metrics.staged(stage, milliseconds);
  }

  /** Counts frames that were not processed, one by default, and never begun. */
  drop(reason: DropReason, frames = 1): void {
    this.#metrics.dropped(reason, frames);
  }

  /** Counts an error that belongs to no frame, such as a source that cannot be opened. */
  error(error: unknown, stage?: Stage): void {
    this.#metrics.failed(error, stage);
  }
}
