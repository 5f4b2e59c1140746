/** The points of one metric in the order of the walk: most stay where they are kept, the others are written. */
import { ProtobufWriter } from '../protobuf-writer.js';
import type { Page } from './pages.js';

/** Written points are put aside when there are so many bytes of them, before the writer has to grow. */
const chunkBytes = 60_000;

/** Collects the points of one metric after another. */
export class PointChunks {
  /** For points that are not kept; whatever was written before is complete. */
  readonly #writer = new ProtobufWriter();
  #chunks: Uint8Array[] = [];
  /** Kept points that follow one another, and come next. */
  #page: Page | undefined;
  #from = 0;
  #to = 0;

  /** Adds a point where it is kept: it must not change before the requests are made. */
  addKept(page: Page, from: number, to: number): void {
    if (page === this.#page && from === this.#to) {
      this.#to = to;
      return;
    }
    this.#flush();
    this.#page = page;
    this.#from = from;
    this.#to = to;
  }

  /** Where to write the next point to, which is not kept. */
  written(): ProtobufWriter {
    if (this.#page !== undefined || this.#writer.length > chunkBytes) this.#flush();
    return this.#writer;
  }

  /** All points since the last time. */
  take(): Uint8Array[] {
    this.#flush();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** Forgets what a walk that broke off has left. */
  clear(): void {
    this.#writer.clear();
    this.#page = undefined;
    this.#chunks = [];
  }

  #flush(): void {
    if (this.#page !== undefined) this.#chunks.push(this.#page.bytes.subarray(this.#from, this.#to));
    else if (this.#writer.length > 0) this.#chunks.push(this.#writer.take());
    this.#page = undefined;
  }
}
