/** Which series of two queries an operator combines: the same rule for PromQL and for the interpreter. */
import { isScalar, labelsOf, type Operator, type Query } from './query.js';

/** Matching by some labels only. */
export interface Matching {
  readonly on: readonly string[];
  /** Side that may have several series for each series of the other side. Its labels are those of the result. */
  readonly many: 'left' | 'right';
}

/** Returns how the series of both sides match; `undefined` if series with equal labels match, or one side is a number. */
export function matchingOf(operator: Operator, left: Query, right: Query): Matching | undefined {
  if (isScalar(left) || isScalar(right)) return undefined;
  const [ofLeft, ofRight] = [labelsOf(left), labelsOf(right)];
  // `or` compares all labels.
  if (operator === 'or' || ofRight === undefined) return undefined;
  if (ofLeft === undefined) return { on: ofRight, many: 'left' };
  if (sameLabels(ofLeft, ofRight)) return undefined;
  const on = ofLeft.filter((label) => ofRight.includes(label));
  return { on, many: ofLeft.length >= ofRight.length ? 'left' : 'right' };
}

function sameLabels(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((label) => right.includes(label));
}
