/** A frame that is worked on: timed from its beginning to whatever becomes of it. */
import type { CameraMetrics } from './camera-metrics.js';
import type { DropReason, FrameOutcome, Stage } from './events.js';

/**
 * A frame that was begun. It ends once: by `end`, `drop` or `error`, whichever comes first; what comes after that
 * records nothing. Nothing here throws.
 */
export class Frame {
  readonly #metrics: CameraMetrics;
  readonly #beganMs: number;
  /** When the last stage ended. */
  #markMs: number;
  #tookMs: number | undefined;

  constructor(metrics: CameraMetrics) {
    this.#metrics = metrics;
    this.#beganMs = metrics.clock.monotonicMs();
    this.#markMs = this.#beganMs;
  }

  /**
   * Records what a stage took: `milliseconds`, or what passed since the stage before it ended, or the frame began.
   * `inference` is the inference latency as well.
   */
  stage(stage: Stage, milliseconds?: number): void {
    if (this.#tookMs !== undefined) return;
    const nowMs = this.#metrics.clock.monotonicMs();
    this.#metrics.staged(stage, milliseconds === undefined ? nowMs - this.#markMs : milliseconds);
    this.#markMs = nowMs;
  }

  /** Ends the frame: it was processed. Returns the milliseconds from its beginning to its end. */
  end(outcome?: FrameOutcome): number {
    if (this.#tookMs !== undefined) return this.#tookMs;
    const nowMs = this.#over();
    const tookMs = nowMs - this.#beganMs;
    let detections: FrameOutcome['detections'];
    try {
      detections = outcome?.detections;
    } catch {
      this.#metrics.unreadable('detections');
    }
    this.#metrics.processed(nowMs, tookMs, detections);
    return tookMs;
  }

  /** Ends the frame: it is not processed, for a reason. */
  drop(reason: DropReason): void {
    if (this.#tookMs !== undefined) return;
    this.#over();
    this.#metrics.dropped(reason, 1);
  }

  /** Ends the frame: something failed, in `stage` where that is known. What was thrown stays the caller's matter. */
  error(error: unknown, stage?: Stage): void {
    if (this.#tookMs !== undefined) return;
    this.#over();
    this.#metrics.failed(error, stage);
  }

  /** The frame is over, now. */
  #over(): number {
    const nowMs = this.#metrics.clock.monotonicMs();
    this.#tookMs = nowMs - this.#beganMs;
    return nowMs;
  }
}
