/**
 * Memory of requests, used again once nobody reads them any more: pages that the system gives anew cost more time than
 * the bytes that go there.
 */

/** Where requests are written to. Memory that is not wanted again at once is given up. */
export class RequestMemory {
  /** Requests that may come back. */
  readonly #given = new WeakSet<Uint8Array>();
  #spare: Buffer[] = [];

  /** Has the next requests written where these are. */
  recycle(requests: readonly Uint8Array[]): void {
    // Each is the used part of memory of its own.
    const spent = requests.filter((request) => this.#given.delete(request));
    this.#spare = spent.map(({ buffer }) => Buffer.from(buffer));
  }

  /** Memory for a request of this length, or more. */
  allocate(length: number): Buffer {
    const place = this.#spare.findIndex((spare) => spare.length >= length);
    const found = place === -1 ? undefined : this.#spare.splice(place, 1)[0];
    // With some room for the next one to be longer.
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(length * 1.1));
  }

  /** Ends one making of requests, all of which were written to memory from here. */
  handOut(requests: readonly Uint8Array[]): void {
    for (const request of requests) this.#given.add(request);
    this.#spare = [];
  }
}
