/** A stream that is measured while it is read: the same chunks, the same errors, at the pace of its consumer. */
import { errorTypeOf } from '../kit/error-type.js';
import { refuse } from '../kit/refusal.js';
import type { StreamReading } from './events.js';
import type { OperationContext, OperationState } from './operation.js';

/** The stream that the consumer gets. The first one who iterates over it is measured. */
export class ObservedStream<T> implements AsyncIterable<T> {
  readonly #source: AsyncIterable<T>;
  readonly #reading: StreamReading<T>;
  readonly #context: OperationContext;
  readonly #state: OperationState;
  #isRead = false;

  constructor(source: AsyncIterable<T>, reading: StreamReading<T>, context: OperationContext, state: OperationState) {
    this.#source = source;
    this.#reading = reading;
    this.#context = context;
    this.#state = state;
    state.streams(this);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    if (this.#isRead) return this.#source[Symbol.asyncIterator]();
    this.#isRead = true;
    return measured(this, this.#iterate());
  }

  /** A chunk arrived, or the end. */
  took(result: IteratorResult<T>): void {
    if (result.done === true) this.#state.end({ stream: 'completed' });
    else this.#read(result.value);
  }

  /** The source threw. */
  failed(error: unknown): void {
    this.#state.end({ stream: 'failed', errorType: errorTypeOf(error) });
  }

  /** The consumer left. */
  left(): void {
    this.#state.end({ stream: 'cancelled' });
  }

  #iterate(): AsyncIterator<T> {
    try {
      return this.#source[Symbol.asyncIterator]();
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** What a chunk tells before it is counted: the consumer may see it only afterwards. */
  #read(chunk: T): void {
    let held: number | undefined;
    try {
      this.#state.told(this.#reading.usage?.(chunk), this.#reading.model?.(chunk));
      held = this.#reading.tokens?.(chunk);
    } catch {
      // What reads chunks is the caller's, and may meet ones that it does not know.
      refuse(this.#context.instruments.outputTokensPerSecond);
    }
    this.#state.chunk(held);
  }
}

/** An iterator that does what `source` does, and tells `stream`, which it keeps alive. */
function measured<T>(stream: ObservedStream<T>, source: AsyncIterator<T>): AsyncIterableIterator<T> {
  const passed = async (step: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> => {
    let result: IteratorResult<T>;
    try {
      result = await step();
    } catch (error) {
      stream.failed(error);
      throw error;
    }
    stream.took(result);
    return result;
  };
  const iterator: AsyncIterableIterator<T> = {
    // Who took the first chunk by hand may read the rest in a loop.
    [Symbol.asyncIterator]: () => iterator,
    next: (...value) => passed(() => source.next(...value)),
    async return(value) {
      stream.left();
      return source.return === undefined ? { done: true, value: await value } : source.return(value);
    },
  };
  // Whether errors can be thrown into the source is for the consumer to see.
  const { throw: take } = source;
  if (take !== undefined) iterator.throw = (error) => passed(() => take.call(source, error));
  return iterator;
}
