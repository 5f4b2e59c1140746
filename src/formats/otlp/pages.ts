/** Memory for what is kept of the series of one stream: in pages, so that it grows without being copied. */

const smallestPage = 512;
const largestPage = 65_536;

/** Some points, one after another. */
export interface Page {
  readonly bytes: Buffer;
  /** The same memory, for its numbers. */
  readonly view: DataView;
}

/** Where something begins. */
export interface Allocation {
  readonly page: Page;
  readonly from: number;
}

/** Pages that are filled one after another, each as large as all before it, up to a limit. */
export class Pages {
  #page: Page | undefined;
  #length = 0;
  #total = 0;

  /** Copies bytes to where there is room: after those before, as long as they are in the same page. */
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

  /** Begins anew; what was added is no longer held here. */
  clear(): void {
    this.#page = undefined;
    this.#total = 0;
  }
}

function newPage(length: number): Page {
  const bytes = Buffer.allocUnsafe(length);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) };
}
