/** An operation as its caller has it while it goes on. */
import { errorTypeOf } from '../kit/error-type.js';
import { refuse } from '../kit/refusal.js';
import type { ActiveOperation } from './events.js';
import type { GivenEnd, OperationContext, OperationState } from './operation.js';

/** The handle of an operation. What cannot be read of an outcome is counted; the operation ends all the same. */
export function activeOperation({ instruments }: OperationContext, state: OperationState): ActiveOperation {
  const read = (outcome: unknown, errorType?: string): GivenEnd => {
    try {
      return readEnd(outcome ?? {}, errorType);
    } catch {
      refuse(instruments.operationDuration);
      return { errorType };
    }
  };
  const operation: ActiveOperation = {
    chunk(tokens) {
      // Whoever holds one of these functions holds `operation`, which they share.
      state.streams(operation);
      state.chunk(tokens);
    },
    end: (outcome) => state.end(read(outcome)),
    fail: (error, outcome) => state.end(read(outcome, errorTypeOf(error))),
  };
  return operation;
}

/** What stands for an operation whose beginning could not be read. */
export const nothing: ActiveOperation = Object.freeze({ chunk() {}, end() {}, fail() {} });

/**
 * How an operation ended, read once.
 *
 * @throws whatever reading it throws, and a TypeError when it is no object.
 */
export function readEnd(outcome: unknown, defaultError?: string): GivenEnd {
  if (typeof outcome !== 'object' || outcome === null) throw new TypeError('the outcome is no object');
  const { responseModel, usage, errorType, costUsd, stream } = outcome as GivenEnd;
  return {
    responseModel: responseModel ?? undefined,
    usage,
    errorType: errorType ?? defaultError,
    costUsd: costUsd ?? undefined,
    stream: stream ?? undefined,
  };
}
