/**
 * Reusable memory for the parts of a response. With many series, the garbage that responses leave behind would cost more
 * than the rest of a scrape.
 */

/** Bytes of reused memory. A longer part gets separate memory. */
const partBytes = 33_792;

/** Longest character in UTF-8, in bytes. */
const longestCharacter = 4;

/** Memory of one response at a time. */
export class PartMemory {
  #spare: Buffer[] = [];
  #used: Buffer[] = [];

  /** Encodes a text as UTF-8. */
  write(text: string): Buffer {
    if (text.length > partBytes || text.length < partBytes / 2) return Buffer.from(text);
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
    // Not preceded by `Buffer.byteLength`, which reads the whole text: a cut text shows in the length.
    const length = memory.write(text, 0, 'utf8');
    if (length > partBytes - longestCharacter) {
      this.#spare.push(memory);
      return Buffer.from(text);
    }
    this.#used.push(memory);
    return memory.subarray(0, length);
  }

  /** Ends a response. Call the returned function when nothing reads the response any more; it may also be ignored. */
  end(): () => void {
    const used = this.#used;
    this.#used = [];
    // Memory that this response did not need is not needed by the next one either.
    this.#spare = [];
    return () => {
      this.#spare = used;
    };
  }

  /** Discards a response that was not completed. */
  discard(): void {
    this.#used = [];
  }
}
