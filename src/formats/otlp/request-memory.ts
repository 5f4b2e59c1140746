/** Reusable memory of requests: fresh pages from the system cost more time than the bytes written to them. */

/** Allocates memory for requests. Recycled memory that the next requests do not use is released. */
export class RequestMemory {
  /** Requests that may be recycled. */
  readonly #handedOut = new WeakSet<Uint8Array>();
  #spare: Buffer[] = [];

  /** Reuses the memory of requests for the next ones. */
  recycle(requests: readonly Uint8Array[]): void {
    // Each request is the used part of a separate allocation.
    const spent = requests.filter((request) => this.#handedOut.delete(request));
    this.#spare = spent.map(({ buffer }) => Buffer.from(buffer));
  }

  /** Returns memory of at least `length` bytes. */
  allocate(length: number): Buffer {
    const index = this.#spare.findIndex((spare) => spare.length >= length);
    const found = index === -1 ? undefined : this.#spare.splice(index, 1)[0];
    // A margin, because the next request may be longer.
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(length * 1.1));
  }

  /** Ends a set of requests, all written to memory from this allocator. */
  handOut(requests: readonly Uint8Array[]): void {
    for (const request of requests) this.#handedOut.add(request);
    this.#spare = [];
  }
}
