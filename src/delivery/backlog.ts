/** Requests that could not be sent yet. */

import type { EncodedRequest } from '../model/request.js';
import type { WaitingCounts } from './contract.js';
import type { Posted } from './transport.js';

/** Requests that could not be sent yet, oldest first. None of its functions rejects. */
export interface Backlog {
  /** Whether it outlives the process, and takes collection after collection. */
  readonly durable: boolean;
  /** Resolves to `false` when they could not be kept, none of them. They may be written over from then on. */
  keep(requests: readonly EncodedRequest[]): Promise<boolean>;
  /** The same until `removeFirst` is called, unless it has become too old. */
  first(): Promise<EncodedRequest | undefined>;
  removeFirst(): Promise<void>;
  /** What is kept at present. */
  waiting(): WaitingCounts;
  /** Resolves to the number of points that are given up with it. */
  close(): Promise<number>;
}

/** The request is still to be sent. */
export type Blocked = Extract<Posted, { kind: 'unavailable' }>;

/** Why a request is still to be sent; without `kind`, it never is again, and has the reason where it was refused. */
export type PostResult = Blocked | { readonly kind?: undefined; readonly refused?: string };
