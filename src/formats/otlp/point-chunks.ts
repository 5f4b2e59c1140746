/** Encoded points of one metric in the order of the walk: ranges of template pages, and copied points. */
import { ProtobufWriter } from '../protobuf-writer.js';
import type { Page } from './pages.js';

/** Bytes of copied points after which a chunk is completed, before the writer has to grow. */
const chunkBytes = 60_000;

/** Collects the points of one metric after another. */
export class PointChunks {
  /** Writer for copied points. */
  readonly #writer = new ProtobufWriter();
  #chunks: Uint8Array[] = [];
  /** Current range of adjacent templates. */
  #page: Page | undefined;
  #from = 0;
  #to = 0;

  /** Adds the point of a template, without a copy: it must not change before the requests are built. */
  addTemplate(page: Page, from: number, to: number): void {
    if (page === this.#page && from === this.#to) {
      this.#to = to;
      return;
    }
    this.#flush();
    this.#page = page;
    this.#from = from;
    this.#to = to;
  }

  /** Returns the writer for the next copied point. */
  writerForCopy(): ProtobufWriter {
    if (this.#page !== undefined || this.#writer.length > chunkBytes) this.#flush();
    return this.#writer;
  }

  /** Returns all points since the last call. */
  take(): Uint8Array[] {
    this.#flush();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** Discards the points of a walk that failed. */
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
