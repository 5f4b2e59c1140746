/**
 * Reads the lines of an exposition in text 0.0.4 or OpenMetrics. Made for speed and any exporter: it parses labels only
 * where they are needed and skips invalid lines. `promlint` of the testing room checks formats strictly.
 */

/** A sample. */
export interface LineSample {
  readonly name: string;
  /** Text between the braces, without a quoted metric name. */
  readonly labels: string;
  readonly value: number;
}

/** Samples and metadata of an exposition. */
export interface ExpositionLines {
  readonly samples: readonly LineSample[];
  /** Types by the names in TYPE lines. */
  readonly types: ReadonlyMap<string, string>;
  /** Units by the names in UNIT lines. */
  readonly units: ReadonlyMap<string, string>;
  readonly invalidCount: number;
  /** The first invalid line with its number; empty text without one. */
  readonly firstInvalid: string;
}

// Each pattern can match a text in one way only, so that no line takes more than linear time.
const quoted = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"';
const metadata = new RegExp(`^#[ \\t]*(TYPE|UNIT)[ \\t]+(${quoted}|[^ \\t]+)[ \\t]+([^ \\t]+)`);
/** Name, labels, value; then a timestamp and an exemplar, which are not read. */
const sampleLine = new RegExp(
  `^([a-zA-Z_:][\\w:]*)?(?:[ \\t]*\\{([^"}]*(?:${quoted}[^"}]*)*)\\})?[ \\t]*([^ \\t{}]+)(?:[ \\t].*)?$`,
);
const oneLabel = new RegExp(`[ \\t,]*((?:[a-zA-Z_]\\w*|${quoted})[ \\t]*(?:=[ \\t]*${quoted})?)`, 'y');
const nameAndValue = new RegExp(`^(?:([a-zA-Z_]\\w*)|(${quoted}))[ \\t]*=[ \\t]*(${quoted})$`, 's');
/** Longest part of an invalid line that is shown. */
const shownLength = 60;

/** Reads all lines up to `# EOF`. */
export function readLines(text: string): ExpositionLines {
  const samples: LineSample[] = [];
  const types = new Map<string, string>();
  const units = new Map<string, string>();
  let invalidCount = 0;
  let firstInvalid = '';
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '# EOF') break;
    const start = line.trimStart();
    if (start === '') continue;
    if (start.startsWith('#')) {
      const [, keyword, name = '', value = ''] = metadata.exec(start) ?? [];
      if (keyword !== undefined) (keyword === 'TYPE' ? types : units).set(plainText(name), value);
      continue;
    }
    const sample = readSampleLine(start);
    if (sample !== undefined) samples.push(sample);
    else if (++invalidCount === 1) firstInvalid = `line ${index + 1}: ${JSON.stringify(line.slice(0, shownLength))}`;
  }
  return { samples, types, units, invalidCount, firstInvalid };
}

function readSampleLine(line: string): LineSample | undefined {
  const [, name, labels = '', number = ''] = sampleLine.exec(line) ?? [];
  const value = numberOf(number);
  if (value === undefined) return undefined;
  if (name !== undefined) return { name, labels, value };
  const [first, ...others] = labelTexts(labels);
  return first?.endsWith('"') && !nameAndValue.test(first)
    ? { name: plainText(first), labels: others.join(','), value }
    : undefined;
}

function numberOf(text: string): number | undefined {
  const value = Number(text);
  if (text !== '' && !Number.isNaN(value)) return value;
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  return sign === undefined ? undefined : sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Returns the text of each label: `name="value"`, or a metric name in quotes. */
export function labelTexts(labels: string): string[] {
  const texts: string[] = [];
  oneLabel.lastIndex = 0;
  for (let match = oneLabel.exec(labels); match !== null; match = oneLabel.exec(labels)) texts.push(match[1] as string);
  return texts;
}

/** Returns the name and the value of a label, without quotes and escapes; `undefined` for other text. */
export function labelOf(text: string): readonly [name: string, value: string] | undefined {
  const [, name, quotedName = '', value] = nameAndValue.exec(text) ?? [];
  return value === undefined ? undefined : [name ?? plainText(quotedName), plainText(value)];
}

/** Returns a text without its quotes and escapes. */
function plainText(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character));
}
