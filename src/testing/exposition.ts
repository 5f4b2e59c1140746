/** Parses a whole exposition into families and reports misplaced lines. */
import { type Problem, requireArgument } from '../errors.js';
import {
  allows,
  type FamilyLines,
  type MetricType,
  metricName,
  type ParsedFamily,
  type SampleLine,
  typeNames,
} from './families.js';
import { type ExpositionFormat, InvalidLine } from './line-scanner.js';
import { type Metadata, readMetadata } from './metadata-line.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';
import { readSample } from './sample-line.js';

/** A parsed exposition with its problems. */
export interface Exposition {
  readonly families: readonly FamilyLines[];
  /** Lines that are invalid. */
  readonly invalid: readonly LintProblem[];
  /** Valid lines at the wrong place. */
  readonly misplaced: readonly LintProblem[];
}

/** Detects the format: OpenMetrics if the exposition ends in `# EOF`, text otherwise. */
export function formatOf(exposition: string): ExpositionFormat {
  return /(?:^|\n)# EOF\s*$/.test(exposition) ? 'openmetrics' : 'text';
}

/** Reports whether a value is a format. */
export function isFormat(value: unknown): value is ExpositionFormat {
  return value === 'text' || value === 'openmetrics';
}

/** Parses an exposition; invalid lines are reported and skipped. */
export function readExposition(exposition: string, format: ExpositionFormat): Exposition {
  const reader = new ExpositionReader(format);
  const lines = exposition.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  if (format === 'text' && !ended) reader.endsWithoutLineFeed(lines.length, lines.at(-1) ?? '');
  if (format === 'openmetrics') reader.endsOpenMetrics();
  return reader;
}

type Draft = {
  -readonly [Key in keyof FamilyLines]: Key extends 'samples' ? SampleLine[] : FamilyLines[Key];
};

class ExpositionReader implements Exposition {
  readonly invalid: LintProblem[] = [];
  readonly misplaced: LintProblem[] = [];
  readonly #format: ExpositionFormat;
  readonly #families = new Map<string, Draft>();
  /** Families with a TYPE line, including TYPE unknown. */
  readonly #typed = new Set<Draft>();
  readonly #units = new Map<string, string>();
  #current: Draft | undefined;
  #ended = false;
  #followed = false;

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  get families(): readonly FamilyLines[] {
    return [...this.#families.values()].map((draft) => ({
      ...draft,
      unit: draft.unit ?? this.#units.get(draft.name),
      metric: metricName(draft),
    }));
  }

  read(line: string, number: number): void {
    try {
      if (this.#ended) this.#afterEnd(line, number);
      else if (this.#format === 'openmetrics' && line === '# EOF') this.#ended = true;
      else this.#readLine(line, number);
    } catch (error) {
      if (!(error instanceof InvalidLine)) throw error;
      this.invalid.push(problemOf(error.rule, error.metric, number, error.problem));
    }
  }

  endsWithoutLineFeed(number: number, line: string): void {
    // Parsers ignore a last line of blanks.
    if (/^[ \t]*$/.test(line)) return;
    this.#misplaced('missing_newline', '', number, { where: 'the last line', value: line, expected: 'a line feed' });
  }

  endsOpenMetrics(): void {
    if (this.#ended) return;
    this.#misplaced('missing_eof', '', undefined, { where: 'the exposition', expected: '# EOF at its end' });
  }

  #afterEnd(line: string, number: number): void {
    if (!this.#followed) {
      this.#misplaced('text_after_eof', '', number, { where: '# EOF', value: line, expected: 'no further lines' });
    }
    this.#followed = true;
  }

  #readLine(line: string, number: number): void {
    const start = this.#format === 'text' ? line.replace(/^[ \t]+/, '') : line;
    if (start.startsWith('#')) {
      const metadata = readMetadata(line, this.#format);
      if (metadata !== undefined) this.#addMetadata(metadata, number);
    } else if (start === '') {
      if (this.#format === 'text') return;
      throw new InvalidLine('invalid_line', '', { where: 'this line', value: line, expected: 'a sample or metadata' });
    } else {
      const sample = { ...readSample(line, this.#format), line: number };
      this.#select(this.#ownerOf(sample.name) ?? this.#add(sample.name, number), number).samples.push(sample);
    }
  }

  #addMetadata({ keyword, name, text }: Metadata, line: number): void {
    if (keyword === 'UNIT' && this.#format === 'text') {
      // A comment in this format: it neither begins nor ends a family.
      if (!this.#units.has(name)) this.#units.set(name, text);
      return;
    }
    const family = this.#select(this.#families.get(name) ?? this.#add(name, line), line);
    const known = { HELP: family.help, UNIT: family.unit, TYPE: this.#typed.has(family) ? family.type : undefined };
    const late = family.samples.length > 0 && (keyword === 'TYPE' || this.#format === 'openmetrics');
    if (late || known[keyword] !== undefined) {
      const expected = late
        ? `${keyword} before the first sample on line ${family.samples[0]?.line}`
        : `one ${keyword}; the first is ${JSON.stringify(known[keyword])}`;
      const rule = late ? 'late_metadata' : 'duplicate_metadata';
      this.#misplaced(rule, metricName(family), line, { where: name, value: text, expected });
    }
    // The first metadata counts. A TYPE after samples is ignored, because they were parsed without it.
    if (known[keyword] !== undefined || (late && keyword === 'TYPE')) return;
    if (keyword === 'HELP') family.help = text;
    else if (keyword === 'UNIT') family.unit = text;
    else this.#setType(family, text);
  }

  #setType(family: Draft, type: string): void {
    this.#typed.add(family);
    const known = typeNames[this.#format];
    if (known.includes(type)) family.type = type === 'untyped' ? 'unknown' : (type as MetricType);
    else {
      const problem = { where: family.name, value: type, expected: `one of the types ${known.join(', ')}` };
      throw new InvalidLine('unknown_type', family.name, problem);
    }
  }

  /** Returns the existing family that a sample belongs to by its name. */
  #ownerOf(name: string): Draft | undefined {
    // An exact match wins, so that an OpenMetrics counter without `_total` is reported as missing_total.
    const exact = this.#families.get(name);
    if (exact !== undefined) return exact;
    const cut = name.lastIndexOf('_');
    const stem = cut < 0 ? undefined : this.#families.get(name.slice(0, cut));
    return stem !== undefined && allows(stem, name) ? stem : undefined;
  }

  #add(name: string, line: number): Draft {
    const family: Draft = {
      name,
      metric: name,
      type: 'unknown',
      help: undefined,
      unit: undefined,
      samples: [],
      format: this.#format,
      line,
    };
    this.#families.set(name, family);
    this.#current = family;
    return family;
  }

  #select(family: Draft, line: number): Draft {
    if (family !== this.#current) {
      const expected = `all lines of this metric together; the first is on line ${family.line}`;
      const problem = { where: family.name, expected };
      this.#misplaced('interleaved_family', metricName(family), line, problem);
      this.#current = family;
    }
    return family;
  }

  #misplaced(rule: LintRule, metric: string, line: number | undefined, problem: Problem): void {
    this.misplaced.push(problemOf(rule, metric, line, problem));
  }
}

/**
 * Parses an exposition and returns its families in the order of their first lines.
 *
 * Parses text 0.0.4 and OpenMetrics 1.0, with the quoted UTF-8 names of Prometheus 3. Samples of an interleaved family are
 * merged. Other violations, such as a second TYPE, are reported by `promlint` only.
 *
 * @param format format of the text; by default OpenMetrics if the text ends in `# EOF`.
 * @throws {SyntaxError} with all invalid lines.
 *
 * @example
 * import { parseExposition } from 'otelier/testing';
 * const [orders] = parseExposition('# TYPE orders_total counter\norders_total{channel="web"} 3\n');
 * orders?.samples[0]?.labels.get('channel'); // 'web'
 */
export function parseExposition(text: string, format: ExpositionFormat = formatOf(text)): ParsedFamily[] {
  requireArgument('parseExposition: text', text, typeof text === 'string', 'the text of an exposition');
  requireArgument('parseExposition: format', format, isFormat(format), 'text or openmetrics');
  const { families, invalid } = readExposition(text, format);
  if (invalid.length > 0) {
    const list = invalid.map((problem) => `\n  - line ${problem.line}: ${problem.text}`).join('');
    throw new SyntaxError(`The exposition is not valid ${format}:${list}`);
  }
  return families.map(({ name, type, help, unit, samples }) => ({
    name,
    type,
    help,
    unit,
    samples: samples.map(({ line: _, time: __, ...sample }) => sample),
  }));
}
