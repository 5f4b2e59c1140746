/** From a file to what is seen in it, stage by stage. */
import type { Frame } from 'otelier/packs/vision';
import { EdgeDetector, type Shape, shapeOf } from './edges.ts';
import { decode, type EncodedFrame } from './frames.ts';
import { Tracker } from './tracker.ts';

/** What was found in a frame. */
export interface Found {
  readonly edgePixels: number;
  /** Regions by their shape. */
  readonly shapes: Readonly<Record<Shape, number>>;
  /** Milliseconds that it took. */
  readonly tookMs: number;
}

/** What a pipeline tells of a frame. */
export type Told = Pick<Frame, 'stage' | 'end' | 'error'>;

/** The pipeline of one camera. */
export class Pipeline {
  readonly #detector = new EdgeDetector();
  readonly #tracker = new Tracker();

  /** How many different things were tracked. */
  get tracked(): number {
    return this.#tracker.seen;
  }

  /** Works on a frame, and tells `frame` of it. Nothing is found in what is no picture. */
  process(encoded: EncodedFrame, frame: Told): Found | undefined {
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
    const shapes = { lying: 0, standing: 0, outline: 0 };
    for (const track of tracks) shapes[shapeOf(track)]++;
    return { edgePixels, shapes, tookMs: frame.end({ detections: shapes }) };
  }
}
