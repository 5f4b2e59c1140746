/**
 * Memory of the parts of an answer, used again once nobody reads them any more: with many series, the memory that answers
 * leave behind makes for more garbage collection than all the rest of a scrape.
 */

/** Bytes of a part that is used again. One that is longer has memory of its own. */
const partBytes = 33_792;

/** Where the parts of one answer after another are written to. */
export class PartMemory {
  #spare: Buffer[] = [];
  #used: Buffer[] = [];

  /** The text as UTF-8. */
  write(text: string): Buffer {
    const length = Buffer.byteLength(text);
    if (length > partBytes || length < partBytes / 2) return Buffer.from(text);
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
    this.#used.push(memory);
    memory.write(text, 0, 'utf8');
    return memory.subarray(0, length);
  }

  /** Ends an answer. What this returns is to be called when nobody reads it any more, or never. */
  end(): () => void {
    const used = this.#used;
    this.#used = [];
    // What this answer did not want the next one will not want either.
    this.#spare = [];
    return () => {
      this.#spare = used;
    };
  }

  /** Forgets an answer that did not come to its end. */
  forget(): void {
    this.#used = [];
  }
}
