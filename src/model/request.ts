/** Encoded requests and the response to one, shared by `formats/` and `delivery/`. */

/** Body of one request and its number of points. */
export interface EncodedRequest {
  readonly body: Uint8Array;
  readonly points: number;
}

/** Requests of one collection; empty if it has no points. */
export interface EncodedCollection {
  readonly requests: readonly EncodedRequest[];
  /** Number of points that are left out because a single one exceeds the size limit of a request. */
  readonly oversized: number;
}

/** Points that an accepted request's response reports as rejected, and why. */
export interface Answer {
  readonly rejectedPoints: number;
  readonly message: string;
}
