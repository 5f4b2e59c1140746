/** Encoded requests, and the answer of an endpoint to one of them. Shared by `formats/` and `delivery/`. */

/** A request, encoded, and how many points are in it. */
export interface EncodedRequest {
  readonly body: Uint8Array;
  readonly points: number;
}

/** A collection as requests; none when it has no points. */
export interface EncodedCollection {
  readonly requests: readonly EncodedRequest[];
  /** Points that are in none of them, because one alone is larger than a request may be. */
  readonly oversized: number;
}

/** What an accepted request's answer says of its points. */
export interface Answer {
  readonly rejectedPoints: number;
  readonly message: string;
}
