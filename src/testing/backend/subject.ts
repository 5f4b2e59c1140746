/** What an author tells the conformance suite of a backend. */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { PeerAnswer, PeerRequest } from './peer.js';

/** Names of all cases, in their order. */
export const caseNames = [
  'starts without touching the network',
  'sends nothing when there is nothing',
  'delivers every kind of point',
  'delivers exponential histograms',
  'loses no sample to hostile text',
  'delivers extreme numbers',
  'goes on when the peer refuses',
  'goes on when the peer throttles',
  'goes on when the peer fails',
  'goes on when the peer hangs',
  'goes on when the peer closes connections',
  'goes on when the peer is absent',
  'accounts for every point',
  'has one delivery at a time',
  'ends once, however often it is told',
  'leaves nothing open',
  'keeps no process alive',
  'keeps secrets',
] as const;

/** The name of a case. */
export type ConformanceCaseName = (typeof caseNames)[number];

/** Where a backend is to deliver to. */
export interface Place {
  /** The origin of a fake peer of the suite, `http://127.0.0.1:PORT`; of use to backends that send requests. */
  readonly url: string;
  /** To be given wherever the backend takes a secret: as key, token, header, password, user and password of its URL. */
  readonly secret: string;
}

/** Where to look for what arrived. */
export interface Arrivals {
  /** Requests of which the suite wants to know what is in them, in the order of their arrival. */
  readonly requests: readonly PeerRequest[];
  /** The URL of the backend's status: what can be scraped is scraped there. */
  readonly url: string | undefined;
}

/** A point as it arrived. */
export interface ArrivedPoint {
  /** As it was declared: what a format adds to names is taken off again, such as `_total`. */
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a histogram its count, and its sum where the format has one. */
  readonly value: number | { readonly count: number; readonly sum?: number | undefined };
  /** What a sum is counted from, where that is not what the backend's reader prefers. */
  readonly temporality?: 'delta' | 'cumulative';
}

/** A backend, and what is to be known about it. */
export interface BackendSubject {
  /** Makes the backend, configured for `place`; called anew for every start. */
  // biome-ignore lint/suspicious/noExplicitAny: backends of any options are checked.
  create(place: Place): ConfiguredBackend<any>;
  /**
   * Everything that has arrived of metrics whose name begins with `conformance`, in order; the same again at every call.
   * Names of the suite are made of letters and underscores; where they are hostile, they need not be as declared.
   */
  arrived(arrivals: Arrivals): readonly ArrivedPoint[] | Promise<readonly ArrivedPoint[]>;
  /**
   * How data gets there: by requests to `place.url`, `http`, by default; by requests of somebody else to the URL of the
   * backend's status, `pull`; or in another way, `other`, where the suite has no peer that could misbehave.
   */
  readonly delivery?: 'http' | 'pull' | 'other';
  /** What the peer answers to what it accepts; 200 without a body by default. */
  readonly accepts?: PeerAnswer;
  /** Cases that do not hold for it, each with the reason why. */
  readonly skip?: Readonly<Partial<Record<ConformanceCaseName, string>>>;
}
