/** Checks PromQL: its syntax with the grammar of Prometheus' own editor, the types of its expressions, and its literals. */
import { parser } from '@prometheus-io/lezer-promql';
import { MetricsError } from '../../errors.js';
import { checkLiterals } from './literals.js';
import { checkTypes } from './types.js';

/** First place of a text that is not valid. */
interface PromqlProblem {
  readonly position: number;
  readonly expected: string;
}

/**
 * Checks that a text is a valid expression of PromQL: an instant vector or a scalar.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID with the first place that is not valid.
 */
export function checkPromql(where: string, text: string): void {
  // A comment would hide what follows in the line, where the text is a part of a query.
  const problem = problemIn(text, false);
  if (problem === undefined) return;
  const before = String(text).slice(Math.max(0, problem.position - 20), problem.position);
  const place = `at character ${problem.position + 1}${before === '' ? '' : `, after "${before}"`}`;
  const expected = `valid PromQL; ${problem.expected} ${place}`;
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: text, expected }]);
}

/** Returns the position of the first error of syntax or types, or `undefined`. */
export function firstErrorIn(text: unknown): number | undefined {
  return problemIn(text)?.position;
}

const closedText = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)$/s;

function problemIn(text: unknown, admitsComments = true): PromqlProblem | undefined {
  if (typeof text !== 'string' || text.trim() === '') return { position: 0, expected: 'an expression' };
  const { topNode } = parser.parse(text);
  let position: number | undefined;
  topNode.cursor().iterate(({ type, from, to }) => {
    const isComment = !admitsComments && type.name === 'LineComment';
    // The grammar accepts a text without its closing quote.
    const isOpen = type.name === 'StringLiteral' && !closedText.test(text.slice(from, to));
    if (type.isError || isComment || isOpen) position ??= from;
    return position === undefined;
  });
  if (position !== undefined) return { position, expected: 'the syntax is wrong' };
  let problem: PromqlProblem | undefined;
  const report = ({ from }: { readonly from: number }, expected: string) => {
    problem ??= { position: from, expected };
  };
  checkTypes(topNode, text, report);
  checkLiterals(topNode, text, report);
  return problem;
}
