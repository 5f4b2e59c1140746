/** Edges by Sobel's operator, and the regions that they form. Buffers are taken once and used for every frame. */
import type { Image } from './frames.ts';

/** Edge pixels that touch each other, and the box around them. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly pixels: number;
}

/** What counts as an edge, and as a region. */
export interface EdgeOptions {
  /** Change of brightness per pixel, 0 to 255. */
  readonly threshold?: number;
  /** Regions of fewer pixels are noise. */
  readonly fewestPixels?: number;
}

/** Finds edges in pictures of one size after another. */
export class EdgeDetector {
  readonly #threshold: number;
  readonly #fewestPixels: number;
  #width = 0;
  #height = 0;
  #grey = new Float32Array(0);
  #edges = new Uint8Array(0);
  #stack = new Int32Array(0);

  constructor({ threshold = 24, fewestPixels = 24 }: EdgeOptions = {}) {
    this.#threshold = threshold;
    this.#fewestPixels = fewestPixels;
  }

  /** Makes a picture grey: its brightness as ITU-R BT.601 has it. */
  prepare({ width, height, data }: Image): void {
    if (width * height !== this.#grey.length) {
      this.#grey = new Float32Array(width * height);
      this.#edges = new Uint8Array(width * height);
      this.#stack = new Int32Array(width * height);
    }
    this.#width = width;
    this.#height = height;
    const grey = this.#grey;
    for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 4) {
      grey[pixel] = 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
    }
  }

  /** Marks the pixels where brightness changes by more than the threshold. Returns how many they are. */
  detect(): number {
    const [grey, edges, width] = [this.#grey, this.#edges, this.#width];
    // The operator adds up eight times the change per pixel.
    const limit = (this.#threshold * 8) ** 2;
    let found = 0;
    edges.fill(0);
    for (let row = 1; row < this.#height - 1; row++) {
      for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
        const northWest = grey[at - width - 1] as number;
        const north = grey[at - width] as number;
        const northEast = grey[at - width + 1] as number;
        const west = grey[at - 1] as number;
        const east = grey[at + 1] as number;
        const southWest = grey[at + width - 1] as number;
        const south = grey[at + width] as number;
        const southEast = grey[at + width + 1] as number;
        const across = northEast + 2 * east + southEast - northWest - 2 * west - southWest;
        const down = southWest + 2 * south + southEast - northWest - 2 * north - northEast;
        if (across * across + down * down < limit) continue;
        edges[at] = 1;
        found++;
      }
    }
    return found;
  }

  /** The regions that the marked pixels form, the marks used up. */
  regions(): Region[] {
    const edges = this.#edges;
    const regions: Region[] = [];
    for (let start = edges.indexOf(1); start >= 0; start = edges.indexOf(1, start + 1)) {
      const region = this.#regionAt(start);
      if (region.pixels >= this.#fewestPixels) regions.push(region);
    }
    return regions;
  }

  /** No pixel of the margin is marked, so that every marked one has eight neighbours. */
  #regionAt(start: number): Region {
    const [edges, stack, width] = [this.#edges, this.#stack, this.#width];
    const neighbours = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
    let [left, top, right, bottom, pixels] = [width, this.#height, 0, 0, 0];
    let waiting = 0;
    stack[waiting++] = start;
    edges[start] = 0;
    while (waiting > 0) {
      const at = stack[--waiting] as number;
      const row = Math.floor(at / width);
      const column = at - row * width;
      pixels++;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      for (const step of neighbours) {
        if (edges[at + step] !== 1) continue;
        edges[at + step] = 0;
        stack[waiting++] = at + step;
      }
    }
    return { left, top, right, bottom, pixels };
  }
}

/** What a region looks like: a line that lies or stands, or the outline of something. */
export type Shape = 'lying' | 'standing' | 'outline';

export function shapeOf({ left, top, right, bottom }: Region): Shape {
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (width > 4 * height) return 'lying';
  return height > 4 * width ? 'standing' : 'outline';
}
