/** The handle of an operation in progress, and the reading of its outcome. */
import { errorTypeOf } from '../kit/error-type.js';
import { refuse } from '../kit/refusal.js';
import type { ActiveOperation } from './events.js';
import type { OperationContext, OperationState, RawEnd } from './operation.js';

/** Creates the handle of an operation. An outcome that cannot be read is counted; the operation ends all the same. */
export function activeOperation({ instruments }: OperationContext, state: OperationState): ActiveOperation {
  const readOutcome = (outcome: unknown, errorType?: string): RawEnd => {
    try {
      return readEnd(outcome ?? {}, errorType);
    } catch {
      refuse(instruments.operationDuration);
      return { errorType };
    }
  };
  const operation: ActiveOperation = {
    chunk(tokens) {
      // Each of these functions references `operation`: a caller that keeps one of them keeps the operation alive.
      state.markStream(operation);
      state.chunk(tokens);
    },
    end: (outcome) => state.end(readOutcome(outcome)),
    fail: (error, outcome) => state.end(readOutcome(outcome, errorTypeOf(error))),
  };
  return operation;
}

/** Handle of an operation whose start could not be read. */
export const noopOperation: ActiveOperation = Object.freeze({ chunk() {}, end() {}, fail() {} });

/**
 * Reads each field of an outcome once.
 *
 * @throws {TypeError} if the outcome is not an object; otherwise any error that a getter of it throws.
 */
export function readEnd(outcome: unknown, defaultError?: string): RawEnd {
  if (typeof outcome !== 'object' || outcome === null) throw new TypeError('the outcome is not an object');
  const { responseModel, usage, errorType, costUsd, stream } = outcome as RawEnd;
  return {
    responseModel: responseModel ?? undefined,
    usage,
    errorType: errorType ?? defaultError,
    costUsd: costUsd ?? undefined,
    stream: stream ?? undefined,
  };
}
