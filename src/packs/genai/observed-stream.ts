/** A measured stream. Chunks, errors and back-pressure are those of the source. */
import { errorTypeOf } from '../kit/error-type.js';
import { refuse } from '../kit/refusal.js';
import type { StreamReading } from './events.js';
import type { OperationContext, OperationState } from './operation.js';

/** The stream that the consumer gets. Its first iteration is measured. */
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
    state.markStream(this);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    if (this.#isRead) return this.#source[Symbol.asyncIterator]();
    this.#isRead = true;
    return measuredIterator(this, this.#iterate());
  }

  /** Records a chunk or the end of the source. */
  onResult(result: IteratorResult<T>): void {
    if (result.done === true) this.#state.end({ stream: 'completed' });
    else this.#recordChunk(result.value);
  }

  /** Records an error of the source. */
  onError(error: unknown): void {
    this.#state.end({ stream: 'failed', errorType: errorTypeOf(error) });
  }

  /** Records that the consumer stopped reading. */
  onReturn(): void {
    this.#state.end({ stream: 'cancelled' });
  }

  #iterate(): AsyncIterator<T> {
    try {
      return this.#source[Symbol.asyncIterator]();
    } catch (error) {
      this.onError(error);
      throw error;
    }
  }

  /** Reads a chunk before the consumer gets it, then counts it. */
  #recordChunk(chunk: T): void {
    let tokens: number | undefined;
    let text: string | undefined;
    try {
      this.#state.update(this.#reading.usage?.(chunk), this.#reading.model?.(chunk));
      tokens = this.#reading.tokens?.(chunk);
      if (this.#context.tokenizer !== undefined) text = this.#reading.text?.(chunk);
    } catch {
      // The reading is the caller's code, and may not support every chunk.
      refuse(this.#context.instruments.outputTokensPerSecond);
    }
    this.#state.chunk(tokens, text);
  }
}

/** Wraps an iterator of the source. The iterator keeps `stream` alive, so that the stream is not counted as abandoned. */
function measuredIterator<T>(stream: ObservedStream<T>, source: AsyncIterator<T>): AsyncIterableIterator<T> {
  const measure = async (step: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> => {
    let result: IteratorResult<T>;
    try {
      result = await step();
    } catch (error) {
      stream.onError(error);
      throw error;
    }
    stream.onResult(result);
    return result;
  };
  const iterator: AsyncIterableIterator<T> = {
    // A consumer may call `next` for the first chunk and read the rest in a loop.
    [Symbol.asyncIterator]: () => iterator,
    next: (...value) => measure(() => source.next(...value)),
    async return(value) {
      stream.onReturn();
      return source.return === undefined ? { done: true, value: await value } : source.return(value);
    },
  };
  // `throw` exists only if the source has it, so that consumers can test for it.
  const { throw: throwInto } = source;
  if (throwInto !== undefined) iterator.throw = (error) => measure(() => throwInto.call(source, error));
  return iterator;
}
