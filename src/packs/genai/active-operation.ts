/** The handle of an operation in progress, and the reading of its outcome. */
import type { VerbGuard } from '../../catalogue/pack.js';
import { errorTypeOf } from '../kit/error-type.js';
import { eventOf } from '../kit/refusal.js';
import type { ActiveOperation } from './events.js';
import type { OperationState, RawEnd } from './operation.js';

/** Reads outcomes for the handles of all operations. An outcome that cannot be read is counted; the operation still ends. */
export class OutcomeReader {
  readonly read: (outcome: unknown, errorType?: string) => RawEnd;

  constructor(guard: VerbGuard) {
    this.read = guard.verb(
      'ActiveOperation.end',
      (outcome: unknown, errorType?: string) => readEnd(outcome ?? {}, errorType),
      (_outcome: unknown, errorType?: string) => ({ errorType }),
    );
  }
}

/** Creates the handle of an operation. */
export function activeOperation({ read }: OutcomeReader, state: OperationState): ActiveOperation {
  const operation: ActiveOperation = {
    // Each of these functions references `operation`: a caller that keeps one of them keeps the operation alive.
    chunk(tokens, text) {
      state.markStream(operation);
      state.chunk(tokens, text);
    },
    streaming: () => state.markStream(operation),
    end: (outcome) => state.end(read(outcome)),
    fail: (error, outcome) => state.end(read(outcome, errorTypeOf(error))),
  };
  return operation;
}

/** Handle of an operation whose start could not be read. */
export const noopOperation: ActiveOperation = Object.freeze({ chunk() {}, streaming() {}, end() {}, fail() {} });

/**
 * Reads each field of an outcome once.
 *
 * @throws {TypeError} if the outcome is not an object; otherwise any error that a getter of it throws.
 */
export function readEnd(outcome: unknown, defaultError?: string): RawEnd {
  const { responseModel, usage, errorType, costUsd, stream, outputText } = eventOf(outcome as RawEnd);
  return {
    responseModel: responseModel ?? undefined,
    usage,
    errorType: errorType ?? defaultError,
    costUsd: costUsd ?? undefined,
    stream: stream ?? undefined,
    outputText,
  };
}
