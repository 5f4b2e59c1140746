/** Equality assertion whose message states both values on one line. */
import { AssertionError } from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';

/** Throws unless both values are deeply and strictly equal; `subject` names the actual value. */
export function expectEqual(actual: unknown, expected: unknown, subject: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const show = (value: unknown) =>
    inspect(value, { compact: true, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
  const message = `${subject}: got ${show(actual)}, expected ${show(expected)}`;
  // Without `operator`: with `deepStrictEqual`, some Node versions append a diff of several lines to the message.
  throw new AssertionError({ message, actual, expected });
}
