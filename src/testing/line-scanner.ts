/** Scans one line from left to right: names, quoted strings, numbers and blanks. */
import { type Problem, renderProblem } from '../errors.js';
import type { LintRule } from './rules.js';

/** Exposition formats: text 0.0.4 and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** Error for a line that the format does not allow. */
export class InvalidLine extends Error {
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

/** A cursor in a line. */
export class LineScanner {
  /** True if any number of blanks may separate tokens; OpenMetrics requires exactly one space. */
  readonly blanksAllowed: boolean;
  /** Name of the metric, for errors; empty until the name is scanned. */
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

  /** Remaining text. */
  get rest(): string {
    return this.#line.slice(this.#position);
  }

  at(text: string): boolean {
    return this.#line.startsWith(text, this.#position);
  }

  /** Skips `text` if it comes next; reports whether it did. */
  skip(text: string): boolean {
    if (!this.at(text)) return false;
    this.#position += text.length;
    return true;
  }

  /** Skips blanks where the format allows them. */
  skipBlanks(): void {
    if (this.blanksAllowed) this.take(blanks);
  }

  /** Consumes the match of a sticky pattern; returns an empty string without a match. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#line)?.[0] ?? '';
    this.#position += found.length;
    return found;
  }

  /** Consumes a string in double quotes and resolves its escapes. */
  takeQuoted(rule: LintRule): string {
    quoted.lastIndex = this.#position;
    const content = quoted.exec(this.#line)?.[1];
    if (content === undefined) throw this.invalid(rule, this.rest, 'text between double quotes');
    this.#position += content.length + 2;
    return this.unescape(content, true);
  }

  /** Resolves `\\`, `\n` and, with `quotes`, `\"`. Other escapes are literal in OpenMetrics and invalid in text. */
  unescape(text: string, quotes: boolean): string {
    return text.replace(/\\(.?)/gsu, (sequence, character: string) => {
      if (character === 'n') return '\n';
      if (character === '\\' || (quotes && character === '"')) return character;
      if (!this.blanksAllowed) return sequence;
      throw this.invalid('invalid_escape', sequence, quotes ? '\\\\, \\" or \\n' : '\\\\ or \\n');
    });
  }

  /** Creates an error about the metric of this line. */
  invalid(rule: LintRule, value: string, expected: string): InvalidLine {
    return new InvalidLine(rule, this.metric, { where: this.metric || 'this line', value, expected });
  }
}

/** Parses a number as both formats write it; returns `undefined` for other text and above the range of a double. */
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

/** Parses a timestamp: milliseconds in text 0.0.4, seconds in OpenMetrics; returns `undefined` for other text. */
export function parseTimestamp(text: string, format: ExpositionFormat): number | undefined {
  if (format === 'text') {
    const whole = /^[+-]?\d+$/.test(text);
    return whole && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
      ? Number(text)
      : undefined;
  }
  return decimal.test(text) ? parseNumber(text) : undefined;
}
