/** One call of an SDK, measured in what it returned: a promise that reads the answer when somebody asks for it. */
import type { ActiveOperation } from '../events.js';
import { type AnswerShape, member } from './answers.js';
import { isSdkStream, measureStream } from './stream.js';

/** What the promises of both SDKs have in common, in every version that the page of the wrappers names. */
interface SdkPromise {
  /** Reads the body, the first time: into JSON, or a stream. `then`, `catch`, `finally` and `withResponse` call it. */
  parse(): Promise<unknown>;
  /** The response itself; its body is left to the caller. */
  asResponse(): Promise<unknown>;
  /** A promise of something made of the answer, as those that helpers return. */
  _thenUnwrap(transform: Transform): SdkPromise;
}

type Transform = (answer: unknown, ...context: unknown[]) => unknown;

export function isSdkPromise(value: unknown): value is SdkPromise {
  return ['parse', 'asResponse', '_thenUnwrap'].every((method) => typeof member(value, method) === 'function');
}

/** Has the operation end when the answer was read. The promise stays the one that the SDK made. */
export function measureCall(promise: SdkPromise, operation: ActiveOperation, shape: AnswerShape): void {
  new Call(operation, shape).follow(promise);
}

class Call {
  readonly #operation: ActiveOperation;
  readonly #shape: AnswerShape;
  #parsing = false;
  #answered = false;

  constructor(operation: ActiveOperation, shape: AnswerShape) {
    this.#operation = operation;
    this.#shape = shape;
  }

  /**
   * Sees what becomes of the promise, and of those made of it. Adds no promise but those that its methods return: each
   * is the caller's to handle, and a call that nobody awaits fails as it would without this.
   */
  follow(promise: SdkPromise): void {
    const { parse, asResponse, _thenUnwrap } = promise;
    promise.parse = () => {
      this.#parsing = true;
      return parse.call(promise).then(this.#answer, this.#fail);
    };
    promise.asResponse = () =>
      asResponse.call(promise).then((response) => {
        // Who asks for both has the answer parsed first.
        if (!this.#parsing) this.#operation.end();
        return response;
      }, this.#fail);
    promise._thenUnwrap = (transform) => {
      const derived = _thenUnwrap.call(promise, (answer, ...context) => transform(this.#answer(answer), ...context));
      this.follow(derived);
      return derived;
    };
  }

  /** Takes the answer; the first one is what the provider sent, later ones were made of it. */
  readonly #answer = (answer: unknown): unknown => {
    if (this.#answered) return answer;
    this.#answered = true;
    try {
      if (isSdkStream(answer)) measureStream(answer, this.#operation, this.#shape);
      else this.#operation.end(this.#shape.whole(answer));
    } catch {
      this.#operation.end();
    }
    return answer;
  };

  readonly #fail = (error: unknown): never => {
    this.#operation.fail(error);
    throw error;
  };
}
