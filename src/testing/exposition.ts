/** Reads a whole exposition: lines become families, and what is wrong with their order is noted. */
import type { Problem } from '../errors.js';
import {
  type FamilyLines,
  type MetricType,
  metricName,
  type ParsedFamily,
  type SampleLine,
  takes,
  typeWords,
} from './families.js';
import { type ExpositionFormat, Unreadable } from './line-scanner.js';
import { type Metadata, readMetadata } from './metadata-line.js';
import { type LintProblem, type LintRule, problemOf } from './rules.js';
import { readSample } from './sample-line.js';

/** An exposition as it was read. */
export interface Exposition {
  readonly families: readonly FamilyLines[];
  /** Lines that could not be read. */
  readonly unreadable: readonly LintProblem[];
  /** What else is wrong with the order of lines. */
  readonly misplaced: readonly LintProblem[];
}

/** OpenMetrics when it ends in `# EOF`. */
export function formatOf(exposition: string): ExpositionFormat {
  return /(?:^|\n)# EOF\s*$/.test(exposition) ? 'openmetrics' : 'text';
}

/** Reads everything that can be read. */
export function readExposition(exposition: string, format: ExpositionFormat): Exposition {
  const reader = new ExpositionReader(format);
  const lines = exposition.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  if (format === 'text' && !ended) reader.endsWithoutLineFeed(lines.length, lines.at(-1) as string);
  if (format === 'openmetrics') reader.endsOpenMetrics();
  return reader;
}

type Draft = {
  -readonly [Key in keyof FamilyLines]: Key extends 'samples' ? SampleLine[] : FamilyLines[Key];
};

class ExpositionReader implements Exposition {
  readonly unreadable: LintProblem[] = [];
  readonly misplaced: LintProblem[] = [];
  readonly #format: ExpositionFormat;
  readonly #families = new Map<string, Draft>();
  /** Families whose TYPE was read, also when it is `unknown`. */
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
      if (!(error instanceof Unreadable)) throw error;
      this.unreadable.push(problemOf(error.rule, error.metric, number, error.problem));
    }
  }

  endsWithoutLineFeed(number: number, line: string): void {
    // Blanks alone are no line to a parser.
    if (/^[ \t]*$/.test(line)) return;
    this.#misplaced('missing_newline', '', number, { where: 'the last line', value: line, expected: 'a line feed' });
  }

  endsOpenMetrics(): void {
    if (this.#ended) return;
    this.#misplaced('missing_eof', '', undefined, { where: 'the exposition', expected: '# EOF at its end' });
  }

  #afterEnd(line: string, number: number): void {
    if (!this.#followed) {
      this.#misplaced('text_after_eof', '', number, { where: '# EOF', value: line, expected: 'nothing after it' });
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
      throw new Unreadable('invalid_line', '', { where: 'this line', value: line, expected: 'a sample or metadata' });
    } else {
      const sample = { ...readSample(line, this.#format), line: number };
      this.#enter(this.#ownerOf(sample.name) ?? this.#add(sample.name, number), number).samples.push(sample);
    }
  }

  #addMetadata({ keyword, name, text }: Metadata, line: number): void {
    if (keyword === 'UNIT' && this.#format === 'text') {
      // A comment to parsers of this format: it makes no family and ends none.
      if (!this.#units.has(name)) this.#units.set(name, text);
      return;
    }
    const family = this.#enter(this.#families.get(name) ?? this.#add(name, line), line);
    const known = { HELP: family.help, UNIT: family.unit, TYPE: this.#typed.has(family) ? family.type : undefined };
    const late = family.samples.length > 0 && (keyword === 'TYPE' || this.#format === 'openmetrics');
    if (late || known[keyword] !== undefined) {
      const expected = late
        ? `its ${keyword} before its first sample, which is on line ${family.samples[0]?.line}`
        : `one ${keyword}, and it was ${JSON.stringify(known[keyword])}`;
      const rule = late ? 'late_metadata' : 'duplicate_metadata';
      this.#misplaced(rule, metricName(family), line, { where: name, value: text, expected });
    }
    // The first one counts, and no type that comes after samples: these were read without it.
    if (known[keyword] !== undefined || (late && keyword === 'TYPE')) return;
    if (keyword === 'HELP') family.help = text;
    else if (keyword === 'UNIT') family.unit = text;
    else this.#setType(family, text);
  }

  #setType(family: Draft, type: string): void {
    this.#typed.add(family);
    const known = typeWords[this.#format];
    if (known.includes(type)) family.type = type === 'untyped' ? 'unknown' : (type as MetricType);
    else {
      const problem = { where: family.name, value: type, expected: `one of the types ${known.join(', ')}` };
      throw new Unreadable('unknown_type', family.name, problem);
    }
  }

  /** The family that a sample belongs to by its name, if there is one already. */
  #ownerOf(name: string): Draft | undefined {
    // The bare name is its family's in any case: a counter of OpenMetrics without `_total` is told so.
    const exact = this.#families.get(name);
    if (exact !== undefined) return exact;
    const cut = name.lastIndexOf('_');
    const stem = cut < 0 ? undefined : this.#families.get(name.slice(0, cut));
    return stem !== undefined && takes(stem, name) ? stem : undefined;
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

  #enter(family: Draft, line: number): Draft {
    if (family !== this.#current) {
      const where = `a line of ${family.name}`;
      const problem = { where, expected: `it beside the others of ${family.name}, the first on line ${family.line}` };
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
 * The families of an exposition, in the order of their first lines.
 *
 * Reads text 0.0.4 and OpenMetrics 1.0, with the quoted UTF-8 names of Prometheus 3. Samples of a family that stands in
 * several places are put together. What parsers refuse but can be read, such as a second TYPE, is told by `promlint`.
 *
 * @param format OpenMetrics by default when the text ends in `# EOF`.
 * @throws {SyntaxError} naming every line that cannot be read.
 *
 * @example
 * const [orders] = parseExposition('# TYPE orders_total counter\norders_total{channel="web"} 3\n');
 * orders?.samples[0]?.labels.get('channel'); // 'web'
 */
export function parseExposition(text: string, format: ExpositionFormat = formatOf(text)): ParsedFamily[] {
  const { families, unreadable } = readExposition(text, format);
  if (unreadable.length > 0) {
    const list = unreadable.map((problem) => `\n  - line ${problem.line}: ${problem.text}`).join('');
    throw new SyntaxError(`The exposition cannot be read as ${format}:${list}`);
  }
  return families.map(({ name, type, help, unit, samples }) => ({
    name,
    type,
    help,
    unit,
    samples: samples.map(({ line: _, ...sample }) => sample),
  }));
}
