/** Inputs of the conformance suite: a backend, and functions that read what it delivers. */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { PeerAnswer, PeerRequest } from './peer.js';

/** Names of all cases, in order. */
export const caseNames = [
  'starts without touching the network',
  'sends nothing when nothing was recorded',
  'delivers every instrument kind',
  'delivers exponential histograms',
  'delivers hostile names, keys and values',
  'delivers extreme numbers',
  'recovers after the peer refuses requests',
  'recovers after the peer throttles requests',
  'recovers after the peer fails with server errors',
  'recovers after the peer hangs',
  'recovers after the peer closes connections',
  'recovers after the peer is unreachable',
  'accounts for every point',
  'has at most one delivery in flight',
  'shuts down once when called repeatedly',
  'leaves nothing open after shutdown',
  'does not keep the process alive',
  'reveals no secret',
] as const;

/** The name of a case. */
export type ConformanceCaseName = (typeof caseNames)[number];

/** Configuration that the suite passes to the backend. */
export interface BackendTarget {
  /** Origin of the suite's fake peer, `http://127.0.0.1:PORT`, for backends that send requests. */
  readonly url: string;
  /** Secret to configure wherever the backend accepts one: key, token, header, password, user info of a URL. */
  readonly secret: string;
}

/** Sources of delivered points. */
export interface Arrivals {
  /** Requests to decode, in the order of their arrival. */
  readonly requests: readonly PeerRequest[];
  /** URL of the backend's status, for backends that are scraped. */
  readonly url: string | undefined;
}

/** A delivered point. */
export interface ArrivedPoint {
  /** Declared name of the metric, without suffixes that the format adds, such as `_total`. */
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Value; for a histogram the count, and the sum if the format has one. */
  readonly value: number | { readonly count: number; readonly sum?: number | undefined };
  /** Temporality of a sum, if it differs from the preference of the backend's reader. */
  readonly temporality?: 'delta' | 'cumulative';
}

/** The backend to check. */
export interface BackendSubject {
  /** Creates the backend, configured for `target`. Called once per start. */
  // biome-ignore lint/suspicious/noExplicitAny: checks backends with any options.
  create(target: BackendTarget): ConfiguredBackend<any>;
  /**
   * Returns all delivered points of metrics whose name begins with `conformance`, in order. Repeated calls return the same
   * points again. Metric names consist of letters and underscores, except in the hostile case, which ignores names.
   */
  arrived(arrivals: Arrivals): readonly ArrivedPoint[] | Promise<readonly ArrivedPoint[]>;
  /**
   * Delivery of data: `http` (default) sends requests to `target.url`, `pull` serves scrapes at the URL of its status, and
   * `other` delivers without a peer. Cases about a misbehaving peer run for `http` only.
   */
  readonly delivery?: 'http' | 'pull' | 'other';
  /** Answer of the peer to accepted requests; 200 without a body by default. */
  readonly accepts?: PeerAnswer;
  /** Cases to skip, each with the reason. */
  readonly skip?: Readonly<Partial<Record<ConformanceCaseName, string>>>;
}
