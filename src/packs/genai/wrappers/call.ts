/** Measures one call of an SDK through the promise that it returns, which reads the response on demand. */
import type { ActiveOperation } from '../events.js';
import { member } from '../fields.js';
import type { ResponseShape } from './response-shape.js';
import { isSdkStream, measureStream } from './sdk-stream.js';

/** Members that the promises of both SDKs have in every supported version. */
interface SdkPromise {
  /**
   * Reads the body into JSON or a stream, once. `then`, `catch`, `finally` and `withResponse` call it.
   */
  parse(): Promise<unknown>;
  /** Returns the response without reading its body. */
  asResponse(): Promise<unknown>;
  /** Returns a promise of a value derived from the response, as helpers of the SDKs return. */
  _thenUnwrap(transform: Transform): SdkPromise;
}

type Transform = (response: unknown, ...context: unknown[]) => unknown;

export function isSdkPromise(value: unknown): value is SdkPromise {
  return ['parse', 'asResponse', '_thenUnwrap'].every((method) => typeof member(value, method) === 'function');
}

/** Ends the operation when the response is read. The promise object stays the same. */
export function measureCall(promise: SdkPromise, operation: ActiveOperation, shape: ResponseShape): void {
  new Call(operation, shape).measure(promise);
}

class Call {
  readonly #operation: ActiveOperation;
  readonly #shape: ResponseShape;
  #isParsing = false;
  #hasResponse = false;

  constructor(operation: ActiveOperation, shape: ResponseShape) {
    this.#operation = operation;
    this.#shape = shape;
  }

  /**
   * Wraps the methods of the promise, and of promises derived from it. Creates no promises except the return values of
   * these methods: the caller handles each of them, and a rejection that is not handled stays unhandled.
   */
  measure(promise: SdkPromise): void {
    const { parse, asResponse, _thenUnwrap } = promise;
    promise.parse = () => {
      this.#isParsing = true;
      return parse.call(promise).then(this.#onResponse, this.#onError);
    };
    promise.asResponse = () =>
      asResponse.call(promise).then((response) => {
        // `withResponse` calls `parse` first, and the parsed response ends the operation.
        if (!this.#isParsing) this.#operation.end();
        return response;
      }, this.#onError);
    promise._thenUnwrap = (transform) => {
      const derived = _thenUnwrap.call(promise, (response, ...context) =>
        transform(this.#onResponse(response), ...context),
      );
      this.measure(derived);
      return derived;
    };
  }

  /** Records the first response, which is the provider's; later ones are derived from it. */
  readonly #onResponse = (response: unknown): unknown => {
    if (this.#hasResponse) return response;
    this.#hasResponse = true;
    try {
      if (isSdkStream(response)) measureStream(response, this.#operation, this.#shape);
      else this.#operation.end(this.#shape.readResponse(response));
    } catch {
      this.#operation.end();
    }
    return response;
  };

  readonly #onError = (error: unknown): never => {
    this.#operation.fail(error);
    throw error;
  };
}
