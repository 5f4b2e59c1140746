/** The error that a call throws. */
import { isMetricsError, type MetricsError } from '../../src/errors.js';

/** Returns the error; `undefined` if the call throws nothing. Throws any other error. */
export function thrownBy(call: () => unknown): MetricsError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (isMetricsError(error)) return error;
    throw error;
  }
}
