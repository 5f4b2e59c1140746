/** Edge detection with the Sobel operator, and connected regions of edge pixels. Buffers are reused for every frame. */
import type { Image } from './frames.ts';

/** A connected set of edge pixels, with its bounding box. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly pixels: number;
}

/** Thresholds for edges and regions. */
export interface EdgeOptions {
  /** Minimum change of brightness per pixel, 0 to 255. */
  readonly threshold?: number;
  /** Minimum number of pixels of a region; smaller regions are noise. */
  readonly minPixels?: number;
}

/** Detects edges in a sequence of images. */
export class EdgeDetector {
  readonly #threshold: number;
  readonly #minPixels: number;
  #width = 0;
  #height = 0;
  #gray = new Float32Array(0);
  #edges = new Uint8Array(0);
  #stack = new Int32Array(0);

  constructor({ threshold = 24, minPixels = 24 }: EdgeOptions = {}) {
    this.#threshold = threshold;
    this.#minPixels = minPixels;
  }

  /** Converts an image to grayscale, by ITU-R BT.601. */
  prepare({ width, height, data }: Image): void {
    if (width * height !== this.#gray.length) {
      this.#gray = new Float32Array(width * height);
      this.#edges = new Uint8Array(width * height);
      this.#stack = new Int32Array(width * height);
    }
    this.#width = width;
    this.#height = height;
    const gray = this.#gray;
    for (let pixel = 0, at = 0; pixel < gray.length; pixel++, at += 4) {
      gray[pixel] = 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
    }
  }

  /** Marks the pixels where brightness changes by more than the threshold. Returns their number. */
  detect(): number {
    const [gray, edges, width] = [this.#gray, this.#edges, this.#width];
    // The operator sums eight times the change per pixel.
    const limit = (this.#threshold * 8) ** 2;
    let found = 0;
    edges.fill(0);
    for (let row = 1; row < this.#height - 1; row++) {
      for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
        const northWest = gray[at - width - 1] as number;
        const north = gray[at - width] as number;
        const northEast = gray[at - width + 1] as number;
        const west = gray[at - 1] as number;
        const east = gray[at + 1] as number;
        const southWest = gray[at + width - 1] as number;
        const south = gray[at + width] as number;
        const southEast = gray[at + width + 1] as number;
        const across = northEast + 2 * east + southEast - northWest - 2 * west - southWest;
        const down = southWest + 2 * south + southEast - northWest - 2 * north - northEast;
        if (across * across + down * down < limit) continue;
        edges[at] = 1;
        found++;
      }
    }
    return found;
  }

  /** Returns the regions of the marked pixels, and clears the marks. */
  regions(): Region[] {
    const edges = this.#edges;
    const regions: Region[] = [];
    for (let start = edges.indexOf(1); start >= 0; start = edges.indexOf(1, start + 1)) {
      const region = this.#regionAt(start);
      if (region.pixels >= this.#minPixels) regions.push(region);
    }
    return regions;
  }

  /** Returns the region of a pixel. Border pixels are never marked, so that every marked pixel has eight neighbors. */
  #regionAt(start: number): Region {
    const [edges, stack, width] = [this.#edges, this.#stack, this.#width];
    const neighbors = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
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
      for (const step of neighbors) {
        if (edges[at + step] !== 1) continue;
        edges[at + step] = 0;
        stack[waiting++] = at + step;
      }
    }
    return { left, top, right, bottom, pixels };
  }
}

/** The shape of a region: a horizontal line, a vertical line, or an outline. */
export type Shape = 'horizontal' | 'vertical' | 'outline';

/** Classifies a region by the ratio of its sides. */
export function shapeOf({ left, top, right, bottom }: Region): Shape {
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (width > 4 * height) return 'horizontal';
  return height > 4 * width ? 'vertical' : 'outline';
}
