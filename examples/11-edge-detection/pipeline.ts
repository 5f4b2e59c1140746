/** The processing stages of a frame, from the encoded image to tracked regions. */
import type { Frame } from 'otelier/packs/vision';
import { EdgeDetector, type Shape, shapeOf } from './edges.ts';
import { decode, type EncodedFrame } from './frames.ts';
import { Tracker } from './tracker.ts';

/** The result of a frame. */
export interface FrameResult {
  readonly edgePixels: number;
  /** Number of regions by shape. */
  readonly shapes: Readonly<Record<Shape, number>>;
  /** Processing time in milliseconds. */
  readonly durationMs: number;
}

/** The methods of a frame that the pipeline calls. */
export type FrameMetrics = Pick<Frame, 'stage' | 'end' | 'error'>;

/** The pipeline of one camera. */
export class Pipeline {
  readonly #detector = new EdgeDetector();
  readonly #tracker = new Tracker();

  /** Number of distinct tracks so far. */
  get trackCount(): number {
    return this.#tracker.trackCount;
  }

  /** Processes a frame and records it in `frame`. Returns `undefined` if the image cannot be decoded. */
  process(encoded: EncodedFrame, frame: FrameMetrics): FrameResult | undefined {
    let image: ReturnType<typeof decode>;
    try {
      image = decode(encoded);
    } catch (error) {
      frame.error(error, 'decode');
      return undefined;
    }
    frame.stage('decode');
    this.#detector.prepare(image);
    frame.stage('preprocess');
    const edgePixels = this.#detector.detect();
    frame.stage('inference');
    const regions = this.#detector.regions();
    frame.stage('postprocess');
    const tracks = this.#tracker.update(regions);
    frame.stage('track');
    const shapes = { horizontal: 0, vertical: 0, outline: 0 };
    for (const track of tracks) shapes[shapeOf(track)]++;
    return { edgePixels, shapes, durationMs: frame.end({ detections: shapes }) };
  }
}
