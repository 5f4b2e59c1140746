/** Memory for the templates of one stream, in pages, so that it grows without copies. */

const smallestPage = 512;
const largestPage = 65_536;

/** Memory block with consecutive templates. */
export interface Page {
  readonly bytes: Buffer;
  /** View of the same memory, to write numbers. */
  readonly view: DataView;
}

/** Position of allocated bytes. */
export interface Allocation {
  readonly page: Page;
  readonly from: number;
}

/** Fills pages one after another. Each is as large as all earlier pages together, up to a limit. */
export class Pages {
  #page: Page | undefined;
  #length = 0;
  #total = 0;

  /** Copies bytes behind the previous ones, or to the start of a new page. */
  add(bytes: Uint8Array): Allocation {
    let page = this.#page;
    if (page === undefined || this.#length + bytes.length > page.bytes.length) {
      const usual = Math.min(largestPage, Math.max(smallestPage, this.#total));
      page = newPage(Math.max(usual, bytes.length));
      this.#page = page;
      this.#length = 0;
    }
    const from = this.#length;
    page.bytes.set(bytes, from);
    this.#length += bytes.length;
    this.#total += bytes.length;
    return { page, from };
  }

  /** Releases all pages. */
  clear(): void {
    this.#page = undefined;
    this.#total = 0;
  }
}

function newPage(length: number): Page {
  const bytes = Buffer.allocUnsafe(length);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) };
}
