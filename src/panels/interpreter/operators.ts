/** Operators between two results. */
import type { Matching } from '../matching.js';
import { isSetOperator, type Operator } from '../query.js';
import type { Labels } from './history.js';
import { keyOf, keyOn } from './label-keys.js';
import { NotEvaluable } from './obstacle.js';
import type { Element, Vector } from './vector.js';

/** Returns the result of an operator for a vector and a number. Comparisons keep the value of the vector. */
export function withNumber(operator: Operator, vector: Vector, number: number, isLeft: boolean): Vector {
  const elements: Element[] = [];
  for (const { labels, value, histogram } of vector) {
    if (histogram !== undefined) {
      const factor = operator === '*' ? number : operator === '/' && !isLeft ? 1 / number : undefined;
      if (factor !== undefined) elements.push({ labels, value, histogram: histogram.scaled(factor) });
      continue;
    }
    const result = isLeft ? calculated(operator, number, value) : calculated(operator, value, number);
    if (typeof result === 'number') elements.push({ labels, value: result });
    else if (result) elements.push({ labels, value });
  }
  return elements;
}

/** Returns the result of an operator for two numbers; a comparison gives 1 or 0. */
export function ofNumbers(operator: Operator, left: number, right: number): number {
  return Number(calculated(operator, left, right));
}

/** Returns the result of an operator for two vectors. @throws {NotEvaluable} if one series matches several of both sides. */
export function combined(operator: Operator, left: Vector, right: Vector, matching: Matching | undefined): Vector {
  const key = (labels: Labels) => (matching === undefined ? keyOf(labels) : keyOn(labels, matching.on));
  if (isSetOperator(operator)) return ofSets(operator, left, right, key);
  if (left.length === 0 || right.length === 0) return [];
  const isSwapped = matching?.many === 'right';
  const [many, single] = isSwapped ? [right, left] : [left, right];
  const partners = new Map<string, Element>();
  for (const element of single) {
    const text = key(element.labels);
    if (partners.has(text)) throw new NotEvaluable(severalMatches);
    partners.set(text, element);
  }
  const matched = new Set<string>();
  const elements: Element[] = [];
  for (const element of many) {
    const text = key(element.labels);
    const partner = partners.get(text);
    if (partner === undefined || element.histogram !== undefined || partner.histogram !== undefined) continue;
    const [one, other] = isSwapped ? [partner.value, element.value] : [element.value, partner.value];
    const result = calculated(operator, one, other);
    if (result === false) continue;
    if (matching === undefined && matched.has(text)) throw new NotEvaluable(severalMatches);
    matched.add(text);
    elements.push({ labels: element.labels, value: result === true ? one : result });
  }
  return elements;
}

const severalMatches = {
  reason: 'matching',
  message: 'Several series match the same series: aggregate one side by the labels that both sides share.',
} as const;

function ofSets(
  operator: 'or' | 'and' | 'unless',
  left: Vector,
  right: Vector,
  key: (labels: Labels) => string,
): Vector {
  const [from, other] = operator === 'or' ? [right, left] : [left, right];
  const keys = new Set(other.map(({ labels }) => key(labels)));
  const selected = from.filter(({ labels }) => keys.has(key(labels)) === (operator === 'and'));
  return operator === 'or' ? [...left, ...selected] : selected;
}

/** Returns a number, or the result of a comparison. */
function calculated(operator: Operator, left: number, right: number): number | boolean {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    // Operators of sets do not calculate.
    case 'or':
    case 'and':
    case 'unless':
      return true;
  }
}
