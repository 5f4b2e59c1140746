/** A streamed answer, measured while it is read: its chunks, and how it ended. */
import type { ActiveOperation, StreamOutcome } from '../events.js';
import { type AnswerShape, type KnownAnswer, member } from './answers.js';

/** What the streams of both SDKs have in common, in every version that the page of the wrappers names. */
interface SdkStream {
  /** Begins to read. Everything that reads the stream calls it, `tee()` and `toReadableStream()` included. */
  iterator(): AsyncIterator<unknown>;
  readonly controller: AbortController;
}

export function isSdkStream(value: unknown): value is SdkStream {
  const signal = member(member(value, 'controller'), 'signal');
  return typeof member(value, 'iterator') === 'function' && typeof member(signal, 'addEventListener') === 'function';
}

/** Has the operation end when the stream does. The stream stays the one that the SDK made. */
export function measureStream(stream: SdkStream, operation: ActiveOperation, shape: AnswerShape): void {
  const answer = new StreamedAnswer(operation, shape);
  const { iterator } = stream;
  const { signal } = stream.controller;
  endWithAbort(signal, new WeakRef(answer));
  let begun = false;
  stream.iterator = function (this: unknown) {
    const source: AsyncIterator<unknown> = Reflect.apply(iterator, this, []);
    // The SDK refuses to read a stream twice: that is no end of the first reading.
    if (begun) return source;
    begun = true;
    follow(source, signal, answer);
    return source;
  };
}

/** The signal may outlive who reads: it must not hold the answer, so that this is no closure over it. */
function endWithAbort(signal: AbortSignal, held: WeakRef<StreamedAnswer>): void {
  signal.addEventListener('abort', () => held.deref()?.aborted(), { once: true });
}

/** Has what `source` brings entered into `answer`, which lives for as long as somebody can read. */
function follow(source: AsyncIterator<unknown>, signal: AbortSignal, answer: StreamedAnswer): void {
  const { next, return: leave } = source;
  source.next = (...values) => {
    answer.reads++;
    return Promise.resolve(Reflect.apply(next, source, values) as Promise<IteratorResult<unknown>>).then(
      (result) => {
        answer.reads--;
        if (result.done !== true) answer.event(result.value);
        // Reading ends quietly when the one who reads aborts it.
        else answer.end(signal.aborted ? 'cancelled' : 'completed');
        return result;
      },
      (error: unknown) => {
        answer.reads--;
        answer.fail(error);
        throw error;
      },
    );
  };
  if (leave === undefined) return;
  source.return = (...values) => {
    answer.end('cancelled');
    return Reflect.apply(leave, source, values);
  };
}

/** What has been read of one stream. Ends its operation once. */
class StreamedAnswer {
  readonly #operation: ActiveOperation;
  readonly #shape: AnswerShape;
  readonly #known: KnownAnswer = {};
  /** How many parts are asked for and have not come. */
  reads = 0;

  constructor(operation: ActiveOperation, shape: AnswerShape) {
    this.#operation = operation;
    this.#shape = shape;
  }

  event(event: unknown): void {
    if (this.#shape.event(event, this.#known)) this.#operation.chunk();
  }

  end(outcome: StreamOutcome): void {
    // A stream can be read to its end and bring nothing but the news that the answer failed.
    const told = this.#known.errorType === undefined ? outcome : 'failed';
    this.#operation.end({ ...this.#known, stream: told });
  }

  /** Called off. A read that goes on tells itself how it ends: the SDK aborts what failed, which is no cancelling. */
  aborted(): void {
    if (this.reads === 0) this.end('cancelled');
  }

  fail(error: unknown): void {
    this.#operation.fail(error, { ...this.#known, stream: 'failed' });
  }
}
