/** Measures a streamed response while it is read: its chunks and its outcome. */
import type { ActiveOperation, StreamOutcome } from '../events.js';
import { member } from '../fields.js';
import type { PartialEnd, ResponseShape } from './response-shape.js';

/** Members that the streams of both SDKs have in every supported version. */
interface SdkStream {
  /** Starts reading. Every reader of the stream calls it, including `tee()` and `toReadableStream()`. */
  iterator(): AsyncIterator<unknown>;
  readonly controller: AbortController;
}

export function isSdkStream(value: unknown): value is SdkStream {
  const signal = member(member(value, 'controller'), 'signal');
  return typeof member(value, 'iterator') === 'function' && typeof member(signal, 'addEventListener') === 'function';
}

/** Ends the operation when the stream ends. The stream object stays the same. */
export function measureStream(stream: SdkStream, operation: ActiveOperation, shape: ResponseShape): void {
  operation.streaming();
  const response = new StreamedResponse(operation, shape);
  const { iterator } = stream;
  const { signal } = stream.controller;
  endOnAbort(signal, new WeakRef(response));
  let hasStarted = false;
  stream.iterator = function (this: unknown) {
    const source: AsyncIterator<unknown> = Reflect.apply(iterator, this, []);
    // The SDK rejects a second reading, which must not end the first one.
    if (hasStarted) return source;
    hasStarted = true;
    measureIterator(source, signal, response);
    return source;
  };
}

/** A separate function, so that its closure does not hold the response: the signal may outlive the reader. */
function endOnAbort(signal: AbortSignal, reference: WeakRef<StreamedResponse>): void {
  signal.addEventListener('abort', () => reference.deref()?.onAbort(), { once: true });
}

/** Wraps the methods of an iterator. The iterator keeps `response` alive while a consumer may read. */
function measureIterator(source: AsyncIterator<unknown>, signal: AbortSignal, response: StreamedResponse): void {
  const { next, return: close } = source;
  source.next = (...values) => {
    response.pendingReads++;
    return Promise.resolve(Reflect.apply(next, source, values) as Promise<IteratorResult<unknown>>).then(
      (result) => {
        response.pendingReads--;
        if (result.done !== true) response.onEvent(result.value);
        // After an abort by the consumer, the SDK ends the iteration without an error.
        else response.end(signal.aborted ? 'cancelled' : 'completed');
        return result;
      },
      (error: unknown) => {
        response.pendingReads--;
        response.fail(error);
        throw error;
      },
    );
  };
  if (close === undefined) return;
  source.return = (...values) => {
    response.end('cancelled');
    return Reflect.apply(close, source, values);
  };
}

/** The data read from one stream. The operation ignores every end after the first. */
class StreamedResponse {
  readonly #operation: ActiveOperation;
  readonly #shape: ResponseShape;
  readonly #result: PartialEnd = {};
  /** Number of unsettled calls of `next`. */
  pendingReads = 0;

  constructor(operation: ActiveOperation, shape: ResponseShape) {
    this.#operation = operation;
    this.#shape = shape;
  }

  onEvent(event: unknown): void {
    const text = this.#shape.readEvent(event, this.#result);
    if (text !== undefined) this.#operation.chunk(undefined, text);
  }

  end(outcome: StreamOutcome): void {
    // A stream may complete although its events report that the response failed.
    const stream = this.#result.errorType === undefined ? outcome : 'failed';
    this.#operation.end({ ...this.#result, stream });
  }

  /** Ends the operation unless a read is pending: that read settles, and the SDK also aborts failed streams. */
  onAbort(): void {
    if (this.pendingReads === 0) this.end('cancelled');
  }

  fail(error: unknown): void {
    this.#operation.fail(error, { ...this.#result, stream: 'failed' });
  }
}
