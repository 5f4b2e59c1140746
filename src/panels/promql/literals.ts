/** Checks texts, regular expressions and durations in PromQL, which its grammar accepts as they are. */
import type { parser } from '@prometheus-io/lezer-promql';
import { regexProblem } from './regex.js';

/** Node of the syntax tree. */
type Node = ReturnType<typeof parser.parse>['topNode'];

/** Longest duration of Prometheus, in seconds: 2^63 nanoseconds. */
const maxSeconds = 2 ** 63 / 1e9;

const secondsPerUnit = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

/** Checks the literals of an expression without syntax errors. */
export function checkLiterals(root: Node, text: string, report: (node: Node, expected: string) => void): void {
  const textOf = ({ from, to }: Node) => text.slice(from, to);
  root.cursor().iterate(({ node }) => {
    const { name } = node;
    if (name === 'StringLiteral') {
      const value = unquoted(textOf(node));
      if (value === undefined) report(node, 'the escapes of the text are wrong');
      else if (isRegex(node, textOf)) {
        const problem = regexProblem(value);
        if (problem !== undefined) report(node, `a regular expression of RE2: ${problem};`);
      }
    } else if (name === 'DurationExpr' || name === 'OffsetDurationExpr') {
      const seconds = secondsOf(textOf(node));
      if (seconds === undefined) return;
      if (seconds > maxSeconds) report(node, 'a duration of less than 292 years');
      else if (!(seconds > 0) && name === 'DurationExpr') report(node, 'a duration above 0');
    }
  });
}

/** True for the text of a matcher with `=~` or `!~`, and for the last argument of `label_replace`. */
function isRegex(node: Node, textOf: (node: Node) => string): boolean {
  const operator = node.parent?.getChild('MatchOp') ?? null;
  if (operator !== null) return textOf(operator).endsWith('~');
  const call = node.parent?.parent ?? null;
  if (node.parent?.name !== 'FunctionCallBody' || call?.firstChild?.firstChild?.name !== 'LabelReplace') return false;
  return node.parent.getChildren('Expr')[4]?.from === node.from;
}

/** Returns the seconds of a literal; `undefined` for an expression. */
function secondsOf(text: string): number | undefined {
  if (Number.isFinite(Number(text))) return Number(text);
  if (text.startsWith('-')) return minus(secondsOf(text.slice(1)));
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * secondsPerUnit[unit as 'ms'], 0);
}

function minus(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : -seconds;
}

const escapes = /\\(?:[abfnrtv\\]|[0-3][0-7]{2}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(["']))|\\/g;
const characters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Returns the value of a quoted text; `undefined` if an escape is not one of Prometheus. */
function unquoted(text: string): string | undefined {
  const [quote] = text;
  const inner = text.slice(1, -1);
  if (quote === '`') return inner;
  let isValid = true;
  const value = inner.replace(escapes, (found: string, mark: string | undefined) => {
    const body = found.slice(1);
    if (body === '' || (mark !== undefined && mark !== quote)) isValid = false;
    if (/^\d/.test(body)) return String.fromCharCode(Number.parseInt(body, 8));
    const code = /^[xuU](.+)/.exec(body)?.[1];
    if (code === undefined) return characters[body] ?? body;
    const point = Number.parseInt(code, 16);
    if (point <= 0x10ffff) return String.fromCodePoint(point);
    isValid = false;
    return '';
  });
  return isValid ? value : undefined;
}
