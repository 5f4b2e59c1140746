/** The way in to the metrics of detection on video. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, type NameOption } from '../kit/bounded-names.js';
import { isAmount, readNow, refuse } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { type Beside, type BesideOptions, besideTracker, type MethodName } from './beside.js';
import { Camera } from './camera.js';
import { CameraMetrics, type VisionContext } from './camera-metrics.js';
import type { CameraFrameSample, GpuReading } from './events.js';
import type { Frame } from './frame.js';
import { modelLimit, type VisionDefinitions } from './metrics.js';

/** Options of the pack with their defaults. */
export interface VisionSettings {
  readonly windowMs: number;
  readonly cameras: NameOption;
  /** The names of all stages. */
  readonly stages: readonly string[];
  readonly memoryBytes: () => number;
}

/**
 * Turns what happens to frames into measurements.
 *
 * No verb but `beside` throws, whatever it is given. A value that is none is refused by the engine and counted by its
 * reason in `metrics.status().rejected`; the rest of the frame counts.
 */
export class VisionRecorder {
  /** The metrics themselves. */
  readonly instruments: InstrumentsOf<VisionDefinitions>;
  readonly #context: VisionContext;
  readonly #windowMs: number;
  readonly #cameraNames: BoundedNames;
  readonly #modelNames = new BoundedNames(modelLimit, trimmed);
  /** By the name of the camera as it is recorded, then by that of the model. */
  readonly #cameras = new Map<unknown, Map<unknown, Camera>>();
  readonly #windows = new Map<string | undefined, SlidingWindow>();

  constructor({ instruments, clock }: PackContext<VisionDefinitions>, settings: VisionSettings) {
    this.instruments = instruments;
    this.#context = { instruments, clock, stages: settings.stages };
    this.#windowMs = settings.windowMs;
    this.#cameraNames = new BoundedNames(settings.cameras, trimmed);
    instruments.fps.addCallback((observation) => {
      for (const [camera, window] of this.#windows) {
        observation.observe(window.perSecond(clock.monotonicMs()), { camera });
      }
    });
    instruments.memoryUsage.addCallback((observation) => observation.observe(readNow(settings.memoryBytes())));
  }

  /**
   * The handle of a camera, or of the one without a name; its frames per second are shown from here on. Beyond the limit
   * of cameras it is the one handle of `_OTHER`.
   *
   * @param model the model that looks at its frames: an attribute of inference and detections.
   */
  camera(name?: string | number, model?: string): Camera {
    return this.#cameras.get(name)?.get(model) ?? this.#handleOf(name, model);
  }

  /** Begins a frame of a camera, which is timed from here. */
  begin(camera?: string | number): Frame {
    return this.camera(camera).begin();
  }

  /** Records a frame that was processed, and all that is known of it. */
  record(frame: CameraFrameSample): void {
    let camera: Camera;
    try {
      camera = this.camera(frame.camera, frame.model);
    } catch {
      refuse(this.instruments.frameDuration);
      return;
    }
    camera.record(frame);
  }

  /** Sets what a GPU does now. */
  gpu(reading: GpuReading): void {
    const { gpuUtilization, gpuMemoryUsage, gpuMemoryLimit } = this.instruments;
    try {
      const { gpu, utilizationPercent, memoryUsedBytes, memoryTotalBytes } = reading;
      const of = { gpu: gpu as string };
      if (isAmount(utilizationPercent)) gpuUtilization.set(utilizationPercent / 100, of);
      else if (utilizationPercent !== undefined) refuse(gpuUtilization);
      if (isAmount(memoryUsedBytes)) gpuMemoryUsage.set(memoryUsedBytes, of);
      else if (memoryUsedBytes !== undefined) refuse(gpuMemoryUsage);
      if (isAmount(memoryTotalBytes)) gpuMemoryLimit.set(memoryTotalBytes, of);
      else if (memoryTotalBytes !== undefined) refuse(gpuMemoryLimit);
    } catch {
      refuse(gpuUtilization);
    }
  }

  /**
   * A stand-in for a tracker, a detector or a model that there is already, of which every call of one method counts as a
   * frame: its time, its detections, its error. Results, errors and `this` are those of the tracker, which is not changed;
   * a plain promise is another one that settles the same way.
   *
   * A function is its own method. Calls that the tracker makes of itself are not seen.
   *
   * @throws {MetricsError} METRICS_OPTIONS_INVALID when there is no such method, or it cannot be stood in for because the
   * tracker is frozen.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { vision } from 'otelier/packs/vision';
   * const metrics = startMetrics({ packs: { vision: vision() } });
   * class Tracker {
   *   #seen = 0;
   *   update(image: Uint8Array) {
   *     this.#seen++;
   *     return image.length > 0 ? ['person'] : [];
   *   }
   * }
   * const tracker = metrics.vision.beside(new Tracker(), {
   *   method: 'update',
   *   camera: 'front',
   *   detections: (found) => found.length,
   * });
   * tracker.update(new Uint8Array(4));
   */
  beside<T extends object, M extends MethodName<T>>(tracker: T, options: Beside<T[M]> & { readonly method: M }): T;
  beside<T extends (...args: never[]) => unknown>(tracker: T, options?: Beside<T>): T;
  beside<T extends object>(tracker: T, options: BesideOptions = {}): T {
    return besideTracker(tracker, options, this.camera(options.camera, options.model), this.#context.clock);
  }

  #handleOf(name: unknown, model: unknown): Camera {
    const source = { camera: this.#nameOf(name, this.#cameraNames), model: this.#nameOf(model, this.#modelNames) };
    let byModel = this.#cameras.get(source.camera);
    if (byModel === undefined) {
      byModel = new Map();
      this.#cameras.set(source.camera, byModel);
    }
    let handle = byModel.get(source.model);
    if (handle === undefined) {
      handle = new Camera(source, new CameraMetrics(source, this.#context, this.#windowOf(source.camera)));
      byModel.set(source.model, handle);
    }
    return handle;
  }

  /** What is no name is refused, and recorded as those beyond the limit are. */
  #nameOf(given: unknown, names: BoundedNames): string | undefined {
    if (given === undefined) return undefined;
    if (typeof given === 'string' || typeof given === 'number') return names.of(String(given));
    refuse(this.instruments.frames);
    return otherValue;
  }

  /** Frames of a camera are counted together, whichever model looks at them. */
  #windowOf(camera: string | undefined): SlidingWindow {
    let window = this.#windows.get(camera);
    if (window === undefined) {
      window = new SlidingWindow(this.#windowMs, this.#context.clock.monotonicMs());
      this.#windows.set(camera, window);
    }
    return window;
  }
}

/** Names of cameras and models keep their case: it is part of many. */
function trimmed(name: string): string {
  return name.trim();
}
