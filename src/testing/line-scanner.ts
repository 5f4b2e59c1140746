/** Reads one line from left to right: names, quoted strings, numbers, and the blanks between them. */
import { type Problem, renderProblem } from '../errors.js';
import type { LintRule } from './rules.js';

/** The formats: text 0.0.4, which Prometheus asks for last, and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** A line that its format does not allow. */
export class Unreadable extends Error {
  readonly rule: LintRule;
  readonly metric: string;
  readonly problem: Problem;

  constructor(rule: LintRule, metric: string, problem: Problem) {
    super(renderProblem(problem));
    this.rule = rule;
    this.metric = metric;
    this.problem = problem;
  }
}

const blanks = /[ \t]*/y;
const quoted = /"([^"\\]*(?:\\.[^"\\]*)*)"/sy;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinity = /^([+-]?)inf(?:inity)?$/i;

/** A position in a line, which moves on with what is taken. */
export class LineScanner {
  /** Whether any number of blanks may stand between two tokens; in OpenMetrics one space stands where one must. */
  readonly blanksAllowed: boolean;
  /** What the line is about, for its errors; empty until the name was read. */
  metric = '';
  readonly #line: string;
  #position = 0;

  constructor(line: string, format: ExpositionFormat) {
    this.#line = line;
    this.blanksAllowed = format === 'text';
  }

  get atEnd(): boolean {
    return this.#position >= this.#line.length;
  }

  /** What was not taken yet. */
  get rest(): string {
    return this.#line.slice(this.#position);
  }

  at(text: string): boolean {
    return this.#line.startsWith(text, this.#position);
  }

  /** Steps over `text` if it comes next. */
  skip(text: string): boolean {
    if (!this.at(text)) return false;
    this.#position += text.length;
    return true;
  }

  /** Steps over blanks where the format allows them. */
  skipBlanks(): void {
    if (this.blanksAllowed) this.take(blanks);
  }

  /** What a sticky pattern matches here; empty when it does not. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#line)?.[0] ?? '';
    this.#position += found.length;
    return found;
  }

  /** A string in double quotes, its escapes resolved. */
  takeQuoted(rule: LintRule): string {
    quoted.lastIndex = this.#position;
    const content = quoted.exec(this.#line)?.[1];
    if (content === undefined) throw this.unreadable(rule, this.rest, 'text between double quotes');
    this.#position += content.length + 2;
    return this.unescape(content, true);
  }

  /** Resolves `\\`, `\n` and, where quotes are escaped, `\"`. Another escape is itself in OpenMetrics, and wrong in text. */
  unescape(text: string, quotes: boolean): string {
    return text.replace(/\\(.?)/gsu, (sequence, character: string) => {
      if (character === 'n') return '\n';
      if (character === '\\' || (quotes && character === '"')) return character;
      if (!this.blanksAllowed) return sequence;
      throw this.unreadable('invalid_escape', sequence, quotes ? '\\\\, \\" or \\n' : '\\\\ or \\n');
    });
  }

  /** An error about what was found here. */
  unreadable(rule: LintRule, value: string, expected: string): Unreadable {
    return new Unreadable(rule, this.metric, { where: this.metric || 'this line', value, expected });
  }
}

/** A number as both formats write it; `undefined` when it is none, or above what a double can hold. */
export function parseNumber(text: string): number | undefined {
  if (decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const sign = infinity.exec(text)?.[1];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Milliseconds in text 0.0.4, seconds in OpenMetrics; `undefined` when it is none. */
export function parseTimestamp(text: string, format: ExpositionFormat): number | undefined {
  if (format === 'text') {
    const whole = /^[+-]?\d+$/.test(text);
    return whole && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
      ? Number(text)
      : undefined;
  }
  return decimal.test(text) ? parseNumber(text) : undefined;
}
