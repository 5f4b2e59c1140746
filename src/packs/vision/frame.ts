/** A frame in progress. */
import { eventOf } from '../kit/refusal.js';
import type { CameraMetrics } from './camera-metrics.js';
import type { DropReason, FrameOutcome, Stage } from './events.js';

/**
 * A frame, timed from its start to its end. `end`, `drop` or `error` ends it, whichever is called first; later calls
 * record nothing. No method throws.
 */
export class Frame {
  readonly #metrics: CameraMetrics;
  readonly #startMs: number;
  /** End of the previous stage, or the start of the frame. */
  #stageStartMs: number;
  /** Set when the frame has ended. */
  #durationMs: number | undefined;

  constructor(metrics: CameraMetrics) {
    this.#metrics = metrics;
    this.#startMs = metrics.clock.monotonicMs();
    this.#stageStartMs = this.#startMs;
  }

  /**
   * Records the time of a stage: `milliseconds`, by default the time since the end of the previous stage or the start of the
   * frame. `inference` is also recorded as the inference duration.
   */
  stage(stage: Stage, milliseconds?: number): void {
    if (this.#durationMs !== undefined) return;
    const nowMs = this.#metrics.clock.monotonicMs();
    this.#metrics.recordStage(stage, milliseconds === undefined ? nowMs - this.#stageStartMs : milliseconds);
    this.#stageStartMs = nowMs;
  }

  /** Ends the frame as processed. Returns its duration in milliseconds. */
  end(outcome?: FrameOutcome): number {
    if (this.#durationMs !== undefined) return this.#durationMs;
    const nowMs = this.#end();
    const durationMs = nowMs - this.#startMs;
    let detections: FrameOutcome['detections'];
    try {
      if (outcome !== undefined) ({ detections } = eventOf(outcome));
    } catch (error) {
      this.#metrics.countUnreadable(error);
    }
    this.#metrics.recordFrame(nowMs, durationMs, detections);
    return durationMs;
  }

  /** Ends the frame as dropped. */
  drop(reason: DropReason): void {
    if (this.#durationMs !== undefined) return;
    this.#end();
    this.#metrics.recordDrop(reason, 1);
  }

  /** Ends the frame with an error, in `stage` if known. Does not rethrow the error. */
  error(error: unknown, stage?: Stage): void {
    if (this.#durationMs !== undefined) return;
    this.#end();
    this.#metrics.recordError(error, stage);
  }

  /** Marks the frame as ended. Returns the current time. */
  #end(): number {
    const nowMs = this.#metrics.clock.monotonicMs();
    this.#durationMs = nowMs - this.#startMs;
    return nowMs;
  }
}
