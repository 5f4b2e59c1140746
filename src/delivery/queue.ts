/** The queue stage: encoded requests that were not delivered yet. In memory, or on disk (`spool/`). */
import type { EncodedRequest } from '../model/request.js';
import type { WaitingCounts } from './contract.js';

/** Requests in the order in which they must be sent. No method rejects. */
export interface Queue {
  /**
   * Appends requests. Resolves to false if they could not be stored; then none was.
   *
   * @param underWay one of the requests that is being sent: it is not dropped to make room, and `remove` accepts it.
   */
  add(requests: readonly EncodedRequest[], underWay?: EncodedRequest): Promise<boolean>;
  /** Resolves to the oldest request: the same object until it is removed or expires. */
  first(): Promise<EncodedRequest | undefined>;
  /** Removes the object that `first` returned. Resolves to false if it is no longer the first. */
  remove(request: EncodedRequest): Promise<boolean>;
  /** Counts the requests that the queue holds. Still readable after `close`. */
  waiting(): WaitingCounts;
  /** Releases resources. Resolves to the number of points that are lost with the queue. */
  close(): Promise<number>;
}
