/** The recorder of video detection metrics. */
import type { PackContext } from '../../catalogue/pack.js';
import { otherValue } from '../../model/instrument.js';
import { BoundedNames, type NameOption } from '../kit/bounded-names.js';
import { eventOf, readNow, refuse, rethrow, withinRange } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import { Camera } from './camera.js';
import { CameraMetrics, type VisionContext } from './camera-metrics.js';
import type { CameraFrameSample, GpuReading } from './events.js';
import type { Frame } from './frame.js';
import { type Detail, modelLimit, type VisionDefinitions, type VisionInstruments } from './metrics.js';
import { showReadings } from './readings.js';
import { type AnyWrapOptions, type MethodName, type WrapOptions, wrapTracker } from './tracker-wrapper.js';

/** Validated options, with defaults applied. */
export interface VisionSettings {
  readonly windowMs: number;
  readonly cameras: NameOption;
  readonly detail: Detail;
  /** The names of all stages, including the standard ones. */
  readonly stages: readonly string[];
  readonly memoryBytes: () => number;
}

/**
 * Turns frame events into measurements.
 *
 * No method except `wrap` throws, for any argument. The engine rejects invalid values and counts them by reason in
 * `metrics.status().rejected`; the rest of the frame is recorded.
 */
export class VisionRecorder {
  /** The instruments of the pack. Detailed instruments exist only with `detail: 'full'`. */
  readonly instruments: VisionInstruments;
  readonly #hasDetail: boolean;
  readonly #context: VisionContext;
  readonly #windowMs: number;
  readonly #cameraNames: BoundedNames;
  readonly #modelNames = new BoundedNames(modelLimit, trimmed);
  /** By the recorded name of the camera, then by the recorded name of the model. */
  readonly #cameras = new Map<unknown, Map<unknown, Camera>>();
  readonly #windows = new Map<string | undefined, SlidingWindow>();
  /** Returns the tracker itself if the options cannot be read. */
  readonly #wrap: (tracker: object, options: AnyWrapOptions) => object;

  /** Gauges that the application sets itself. */
  readonly #ownGauges = new Set<object>();

  constructor(context: PackContext<VisionDefinitions>, settings: VisionSettings) {
    const { instruments, clock, guard } = context;
    this.instruments = instruments;
    showReadings(context, this.#ownGauges);
    this.#hasDetail = settings.detail === 'full';
    const countUnreadable = guard.verb('Camera.record', rethrow);
    this.#context = { instruments, clock, stages: settings.stages, hasDetail: this.#hasDetail, countUnreadable };
    this.#windowMs = settings.windowMs;
    this.#wrap = guard.verb(
      'wrap',
      (tracker: object, options: AnyWrapOptions) =>
        wrapTracker(tracker, options, () => this.camera(options.camera, options.model), clock),
      (tracker: object, _options: AnyWrapOptions) => tracker,
    );
    this.#cameraNames = new BoundedNames(settings.cameras, trimmed);
    instruments.fps.addCallback((observation) => {
      for (const [camera, window] of this.#windows) {
        observation.observe(window.perSecond(clock.monotonicMs()), { camera });
      }
    });
    instruments.memoryUsage.addCallback((observation) =>
      observation.observe(withinRange(readNow(settings.memoryBytes()))),
    );
  }

  /**
   * Returns the handle of a camera, or of the unnamed camera. Its frames per second are exported from now on. All cameras
   * beyond the limit share the handle of `_OTHER`.
   *
   * @param model the model that processes the frames: an attribute of inference and detections. With `detail: 'few'`, all
   * cameras and models share the handle of the unnamed camera.
   */
  camera(name?: string | number, model?: string): Camera {
    return this.#hasDetail ? this.#find(name, model) : this.#find(undefined, undefined);
  }

  /** Begins a frame of a camera, which is timed from now on. */
  begin(camera?: string | number): Frame {
    return this.camera(camera).begin();
  }

  /** Records a processed frame. */
  record(frame: CameraFrameSample): void {
    const { camera, model } = eventOf(frame);
    this.camera(camera, model).record(frame);
  }

  /** Sets the current readings of a GPU. Without it, the collector `gpu` does. */
  gpu(reading: GpuReading): void {
    const { gpuUtilization, gpuMemoryUsage, gpuMemoryLimit } = this.instruments;
    const { gpu, utilizationPercent, memoryUsedBytes, memoryTotalBytes } = eventOf(reading);
    const attributes = { gpu: gpu as string };
    for (const gauge of [gpuUtilization, gpuMemoryUsage, gpuMemoryLimit])
      if (gauge !== undefined) this.#ownGauges.add(gauge);
    const totalBytes = withinRange(memoryTotalBytes);
    if (utilizationPercent !== undefined) gpuUtilization.set(withinRange(utilizationPercent, 100) / 100, attributes);
    // An unknown or invalid total does not limit the memory in use.
    if (memoryUsedBytes !== undefined)
      gpuMemoryUsage.set(withinRange(memoryUsedBytes, totalBytes || undefined), attributes);
    if (memoryTotalBytes !== undefined) gpuMemoryLimit?.set(totalBytes, attributes);
  }

  /**
   * Wraps a tracker, a detector or a model so that each call of one method is recorded as a frame: its time, its detections,
   * its error. Returns a proxy; the tracker itself, its results, its errors and `this` do not change. A plain promise is
   * replaced by a promise that settles the same way.
   *
   * A function is wrapped without `method`. Calls that the tracker makes itself are not recorded.
   *
   * @throws {MetricsError} METRICS_OPTIONS_INVALID if the method does not exist, if it cannot be wrapped because the
   * tracker is frozen, or if `stage` or `detections` is invalid. Options that throw when they are read are counted, and
   * the tracker is returned unchanged.
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
   * const tracker = metrics.vision.wrap(new Tracker(), {
   *   method: 'update',
   *   camera: 'front',
   *   detections: (found) => found.length,
   * });
   * tracker.update(new Uint8Array(4));
   */
  wrap<T extends object, M extends MethodName<T>>(tracker: T, options: WrapOptions<T[M]> & { readonly method: M }): T;
  wrap<T extends (...args: never[]) => unknown>(tracker: T, options?: WrapOptions<T>): T;
  wrap<T extends object>(tracker: T, options: AnyWrapOptions = {}): T {
    return this.#wrap(tracker, options) as T;
  }

  #find(name: unknown, model: unknown): Camera {
    return this.#cameras.get(name)?.get(model) ?? this.#handleOf(name, model);
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

  /** Returns the recorded name. Counts a value that is not a name, and records it as `_OTHER`. */
  #nameOf(name: unknown, names: BoundedNames): string | undefined {
    if (name === undefined) return undefined;
    if (typeof name === 'string' || typeof name === 'number') return names.of(String(name));
    refuse(this.instruments.frames);
    return otherValue;
  }

  /** Returns the window of a camera, which counts the frames of all models. */
  #windowOf(camera: string | undefined): SlidingWindow {
    let window = this.#windows.get(camera);
    if (window === undefined) {
      window = new SlidingWindow(this.#windowMs, this.#context.clock.monotonicMs());
      this.#windows.set(camera, window);
    }
    return window;
  }
}

/** Trims a name. The case of camera and model names is significant. */
function trimmed(name: string): string {
  return name.trim();
}
