/** Records the metrics of one camera through instruments that are bound once. Nothing here throws. */
import type { BoundCounter, BoundHistogram } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { isThenable } from '../../model/thenable.js';
import { errorTypeOf, isWord } from '../kit/error-type.js';
import { isAmount, isCount, refuse, wholeOf } from '../kit/refusal.js';
import type { SlidingWindow } from '../kit/sliding-window.js';
import type { VisionDefinitions, VisionInstruments } from './metrics.js';

/** A camera and the model that processes its frames; either may be unnamed. */
export interface Source {
  readonly camera: string | undefined;
  readonly model: string | undefined;
}

/** State that all cameras of a recorder share. */
export interface VisionContext {
  readonly instruments: VisionInstruments;
  readonly clock: PackContext<VisionDefinitions>['clock'];
  readonly stages: readonly string[];
  /** True if there are detailed instruments, and labels of classes and stages. */
  readonly hasDetail: boolean;
  /** Counts an argument that threw `error` when it was read. A guarded verb per frame would allocate its arguments. */
  readonly countUnreadable: (error: unknown) => void;
}

/** The metrics of one source. Accepts values of any type, because callers may be untyped. */
export class CameraMetrics {
  readonly clock: VisionContext['clock'];
  readonly countUnreadable: VisionContext['countUnreadable'];
  readonly #instruments: VisionInstruments;
  readonly #hasDetail: boolean;
  readonly #camera: string | undefined;
  readonly #window: SlidingWindow;
  readonly #frames: BoundCounter;
  readonly #frameDuration: BoundHistogram | undefined;
  readonly #inferenceDuration: BoundHistogram;
  readonly #stageDurations: ReadonlyMap<unknown, BoundHistogram>;
  readonly #detectionsPerFrame: BoundHistogram | undefined;
  /** Attributes of detections: one reused object, because the engine does not retain it. */
  readonly #detectionAttributes: { camera: string | undefined; model: string | undefined; class: string | undefined };

  /** @param window counts the frames of the camera, for all models. */
  constructor(
    { camera, model }: Source,
    { instruments, clock, stages, hasDetail, countUnreadable }: VisionContext,
    window: SlidingWindow,
  ) {
    this.clock = clock;
    this.countUnreadable = countUnreadable;
    this.#instruments = instruments;
    this.#hasDetail = hasDetail;
    this.#camera = camera;
    this.#window = window;
    this.#frames = instruments.frames.bind({ camera });
    this.#frameDuration = instruments.frameDuration?.bind({ camera });
    this.#inferenceDuration = instruments.inferenceDuration.bind({ camera, model });
    const { stageDuration } = instruments;
    this.#stageDurations = new Map(
      stageDuration === undefined ? [] : stages.map((stage) => [stage, stageDuration.bind({ camera, stage })]),
    );
    this.#detectionsPerFrame = instruments.detectionsPerFrame?.bind({ camera });
    this.#detectionAttributes = { camera, model, class: undefined };
  }

  /** Records a frame that was processed at `nowMs`. `durationMs` and `detections` may be undefined. */
  recordFrame(nowMs: number, durationMs: unknown, detections: unknown): void {
    this.#frames.add(1);
    this.#window.add(nowMs, 1);
    if (isAmount(durationMs)) this.#frameDuration?.record(durationMs / 1_000);
    else if (durationMs !== undefined)
      refuse(this.#instruments.frameDuration ?? this.#instruments.inferenceDuration, durationMs);
    if (isCount(detections)) {
      this.#detect(detections, undefined);
      this.#detectionsPerFrame?.record(detections);
    } else if (detections !== undefined) this.#detectByClass(detections);
  }

  /** Records the time of a stage. */
  recordStage(stage: unknown, milliseconds: unknown): void {
    if (!isAmount(milliseconds)) {
      this.#refuseStage(milliseconds);
      return;
    }
    const seconds = milliseconds / 1_000;
    const known = this.#stageDurations.get(stage);
    if (known !== undefined) known.record(seconds);
    else this.#instruments.stageDuration?.record(seconds, { camera: this.#camera, stage: stage as string });
    if (stage === 'inference') this.#inferenceDuration.record(seconds);
  }

  /** Records the times of several stages, by name. */
  recordStages(stages: unknown): void {
    try {
      const durations = recordOf(stages);
      for (const stage in durations) {
        const milliseconds = durations[stage];
        if (milliseconds !== undefined) this.recordStage(stage, milliseconds);
      }
    } catch {
      this.#refuseStage(Number.NaN);
    }
  }

  /** Counts dropped frames. */
  recordDrop(reason: unknown, frames: unknown): void {
    this.#instruments.droppedFrames?.add(wholeOf(frames), { camera: this.#camera, reason: reason as 'late' });
  }

  /** Counts an error; `stage` may be undefined. */
  recordError(error: unknown, stage: unknown): void {
    this.#instruments.errors.add(1, {
      camera: this.#camera,
      'error.type': errorType(error),
      stage: this.#hasDetail ? (stage as string | undefined) : undefined,
    });
  }

  /** Counts an invalid time of a stage, at the inference duration if stages are not recorded. */
  #refuseStage(milliseconds: unknown): void {
    refuse(this.#instruments.stageDuration ?? this.#instruments.inferenceDuration, milliseconds);
  }

  #detect(count: number, name: string | undefined): void {
    this.#detectionAttributes.class = this.#hasDetail ? name : undefined;
    this.#instruments.detections.add(count, this.#detectionAttributes);
  }

  #detectByClass(detections: unknown): void {
    try {
      const counts = recordOf(detections);
      let total = 0;
      for (const name in counts) {
        const count = counts[name];
        if (isCount(count)) {
          total += count;
          this.#detect(count, name);
        } else refuse(this.#instruments.detections, count);
      }
      this.#detectionsPerFrame?.record(total);
    } catch {
      refuse(this.#instruments.detections, detections);
    }
  }
}

/**
 * Returns an object of values by name.
 *
 * @throws {TypeError} for iterables, whose values have no names, for promises, and for other values.
 */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || Symbol.iterator in value || isThenable(value))
    throw new TypeError('not an object of values by name');
  return value as Readonly<Record<string, unknown>>;
}

/** Returns the value of `error.type`: the class of an error, or the identifier or integer passed instead of an error. */
function errorType(error: unknown): string {
  if (Number.isInteger(error)) return String(error);
  return isWord(error) ? error : errorTypeOf(error);
}
