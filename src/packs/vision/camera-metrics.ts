/** What frames of one camera tell, through instruments that are bound once. Nothing here throws. */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { errorTypeOf, isWord } from '../kit/error-type.js';
import { isAmount, isThenable, refuse } from '../kit/refusal.js';
import type { SlidingWindow } from '../kit/sliding-window.js';
import type { VisionDefinitions } from './metrics.js';

/** A camera and the model that looks at its frames; either may be unnamed. */
export interface Source {
  readonly camera: string | undefined;
  readonly model: string | undefined;
}

/** What the cameras of a recorder share. */
export interface VisionContext {
  readonly instruments: InstrumentsOf<VisionDefinitions>;
  readonly clock: PackContext<VisionDefinitions>['clock'];
  readonly stages: readonly string[];
}

/** The metrics of one source. What it is given is whatever code without types gives. */
export class CameraMetrics {
  readonly clock: VisionContext['clock'];
  readonly #instruments: InstrumentsOf<VisionDefinitions>;
  readonly #camera: string | undefined;
  readonly #window: SlidingWindow;
  readonly #frames: BoundCounter;
  readonly #frameDuration: BoundHistogram;
  readonly #inferenceDuration: BoundHistogram;
  readonly #stageDurations: ReadonlyMap<unknown, BoundHistogram>;
  readonly #detectionsPerFrame: BoundHistogram;
  /** Attributes of the detections that are recorded now: one object for all of them, which is read and not kept. */
  readonly #detected: { camera: string | undefined; model: string | undefined; class: string | undefined };

  /** @param window takes the frames of the camera, whichever model looks at them. */
  constructor({ camera, model }: Source, { instruments, clock, stages }: VisionContext, window: SlidingWindow) {
    this.clock = clock;
    this.#instruments = instruments;
    this.#camera = camera;
    this.#window = window;
    this.#frames = instruments.frames.bind({ camera });
    this.#frameDuration = instruments.frameDuration.bind({ camera });
    this.#inferenceDuration = instruments.inferenceDuration.bind({ camera, model });
    this.#stageDurations = new Map(stages.map((stage) => [stage, instruments.stageDuration.bind({ camera, stage })]));
    this.#detectionsPerFrame = instruments.detectionsPerFrame.bind({ camera });
    this.#detected = { camera, model, class: undefined };
  }

  /** A frame was processed, at `nowMs`; its duration and detections where they are known. */
  processed(nowMs: number, durationMs: unknown, detections: unknown): void {
    this.#frames.add(1);
    this.#window.add(nowMs, 1);
    if (isAmount(durationMs)) this.#frameDuration.record(durationMs / 1_000);
    else if (durationMs !== undefined) refuse(this.#instruments.frameDuration, numberOf(durationMs));
    if (isAmount(detections)) {
      this.#detect(detections, undefined);
      this.#detectionsPerFrame.record(detections);
    } else if (detections !== undefined) this.#detectByClass(detections);
  }

  /** A stage took so many milliseconds. */
  staged(stage: unknown, milliseconds: unknown): void {
    if (!isAmount(milliseconds)) {
      refuse(this.#instruments.stageDuration, numberOf(milliseconds));
      return;
    }
    const seconds = milliseconds / 1_000;
    const known = this.#stageDurations.get(stage);
    if (known !== undefined) known.record(seconds);
    else this.#instruments.stageDuration.record(seconds, { camera: this.#camera, stage: stage as string });
    if (stage === 'inference') this.#inferenceDuration.record(seconds);
  }

  /** Stages took what an object says. */
  stagedAll(stages: unknown): void {
    try {
      const durations = recordOf(stages);
      for (const stage in durations) {
        const milliseconds = durations[stage];
        if (milliseconds !== undefined) this.staged(stage, milliseconds);
      }
    } catch {
      refuse(this.#instruments.stageDuration);
    }
  }

  /** Frames were not processed. */
  dropped(reason: unknown, frames: unknown): void {
    this.#instruments.droppedFrames.add(frames as number, { camera: this.#camera, reason: reason as 'late' });
  }

  /** Something failed, in a stage where that is known. */
  failed(error: unknown, stage: unknown): void {
    this.#instruments.errors.add(1, {
      camera: this.#camera,
      'error.type': errorType(error),
      stage: stage as string | undefined,
    });
  }

  /** Something was given that cannot be read. */
  unreadable(metric: 'frameDuration' | 'detections'): void {
    refuse(this.#instruments[metric]);
  }

  #detect(count: number, name: string | undefined): void {
    this.#detected.class = name;
    this.#instruments.detections.add(count, this.#detected);
  }

  #detectByClass(detections: unknown): void {
    try {
      const counts = recordOf(detections);
      let inAll = 0;
      for (const name in counts) {
        const count = counts[name];
        if (isAmount(count)) {
          inAll += count;
          this.#detect(count, name);
        } else refuse(this.#instruments.detections, numberOf(count));
      }
      this.#detectionsPerFrame.record(inAll);
    } catch {
      refuse(this.#instruments.detections, numberOf(detections));
    }
  }
}

/** A number as it is, so that the engine says what is wrong with it; NaN for what is none. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/**
 * The object that values are read from by name.
 *
 * @throws {TypeError} when it is none: a list or a map has values, but no names for them; a promise has them later.
 */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || Symbol.iterator in value || isThenable(value)) throw new TypeError('no record');
  return value as Readonly<Record<string, unknown>>;
}

/** What `error.type` says of an error: what it is called, or the word or number that was given in its place. */
function errorType(error: unknown): string {
  if (Number.isInteger(error)) return String(error);
  return isWord(error) ? error : errorTypeOf(error);
}
