/** Parses a sample line. */
import { type ExpositionFormat, type InvalidLine, LineScanner, parseNumber, parseTimestamp } from './line-scanner.js';

/** Exemplar of an OpenMetrics sample. */
export interface ParsedExemplar {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Timestamp in seconds since 1970-01-01 UTC. */
  readonly timestamp: number | undefined;
}

/** A sample. */
export interface ParsedSample {
  /** Name as written, including suffixes such as `_total` and `_bucket`. */
  readonly name: string;
  /** Labels in the order written. */
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Timestamp as written: milliseconds since 1970-01-01 UTC in text 0.0.4, seconds in OpenMetrics. */
  readonly timestamp: number | undefined;
  readonly exemplar: ParsedExemplar | undefined;
}

/** A sample with its timestamp as written, which may have more digits than the number. */
export interface WrittenSample extends ParsedSample {
  readonly time: string | undefined;
}

const nameToken = /[^ \t{]*/y;
const labelToken = /[^ \t=,{}"]*/y;
const textToken = /[^ \t]*/y;
const openMetricsToken = /[^ ]*/y;

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Reports whether a name is valid without quotes. */
export function isPlainName(name: string): boolean {
  return metricName.test(name);
}

/**
 * Parses a sample line.
 *
 * @throws {InvalidLine} when the line is not a valid sample in its format.
 */
export function readSample(line: string, format: ExpositionFormat): WrittenSample {
  const scan = new LineScanner(line, format);
  scan.skipBlanks();
  if (!scan.at('{')) {
    const name = scan.take(nameToken);
    if (!isPlainName(name))
      throw scan.invalid('invalid_name', name, 'letters, digits, _ and :, not beginning with a digit');
    scan.metric = name;
    scan.skipBlanks();
  }
  const inBraces = scan.at('{');
  const labels = inBraces ? readLabels(scan, true) : new Map<string, string>();
  if (scan.metric === '') throw scan.invalid('invalid_name', line, 'a metric name');
  scan.skipBlanks();
  if (!scan.blanksAllowed && !scan.atEnd && !scan.skip(' ')) {
    throw scan.invalid('invalid_line', scan.rest, 'one space before the value');
  }
  const token = format === 'text' ? textToken : openMetricsToken;
  const value = readValue(scan, token);
  return { name: scan.metric, labels, value, ...readEnd(scan, token, format) };
}

function readValue(scan: LineScanner, token: RegExp): number {
  const text = scan.take(token);
  const value = parseNumber(text);
  if (value === undefined) throw scan.invalid('invalid_value', text, 'a decimal number, +Inf, -Inf or NaN');
  return value;
}

function readTimestamp(scan: LineScanner, token: RegExp, format: ExpositionFormat): number {
  const text = scan.take(token);
  const timestamp = parseTimestamp(text, format);
  if (timestamp !== undefined) return timestamp;
  const expected = format === 'text' ? 'a timestamp in whole milliseconds' : 'a timestamp in seconds';
  throw scan.invalid('invalid_timestamp', text, text === '' ? `${expected}, or no trailing blank` : expected);
}

/** Parses the labels in braces. Of a sample, the braces may also contain the quoted metric name. */
function readLabels(scan: LineScanner, ofSample: boolean): Map<string, string> {
  const labels = new Map<string, string>();
  scan.skip('{');
  scan.skipBlanks();
  while (!scan.skip('}')) {
    const quoted = scan.at('"');
    const name = quoted ? scan.takeQuoted('invalid_label') : scan.take(labelToken);
    scan.skipBlanks();
    if (ofSample && quoted && (scan.at(',') || scan.at('}'))) takeName(scan, name);
    else addLabel(scan, labels, name, quoted);
    scan.skipBlanks();
    if (scan.at('}')) continue;
    if (!scan.skip(',')) throw scan.invalid('invalid_label', scan.rest, 'a comma or } after a label');
    scan.skipBlanks();
    if (!scan.blanksAllowed && scan.at('}')) throw scan.invalid('invalid_label', ',}', 'no comma after the last label');
  }
  return labels;
}

function takeName(scan: LineScanner, name: string): void {
  if (scan.metric !== '') throw scan.invalid('invalid_name', name, 'one metric name');
  if (name === '') throw scan.invalid('invalid_name', name, 'a metric name');
  scan.metric = name;
}

function addLabel(scan: LineScanner, labels: Map<string, string>, name: string, quoted: boolean): void {
  if (quoted ? name === '' : !labelName.test(name)) {
    throw scan.invalid(
      'invalid_label',
      name || scan.rest,
      'a label name of letters, digits and _, not beginning with a digit',
    );
  }
  if (name === '__name__') throw scan.invalid('invalid_label', name, 'the metric name before the braces');
  if (!scan.skip('=')) throw scan.invalid('invalid_label', `${name}${scan.rest}`, '= after the label name');
  scan.skipBlanks();
  const value = scan.takeQuoted('invalid_label');
  if (labels.has(name)) throw scan.invalid('duplicate_label', name, 'each label once');
  labels.set(name, value);
}

type End = Pick<WrittenSample, 'timestamp' | 'time' | 'exemplar'>;

function readEnd(scan: LineScanner, token: RegExp, format: ExpositionFormat): End {
  if (scan.atEnd) return { timestamp: undefined, time: undefined, exemplar: undefined };
  // Text 0.0.4 has whole milliseconds, and no rule about their order.
  if (format === 'text') return { timestamp: readTextEnd(scan, token), time: undefined, exemplar: undefined };
  scan.skip(' ');
  const before = scan.rest;
  const timestamp = scan.at('#') ? undefined : readTimestamp(scan, token, format);
  const time = timestamp === undefined ? undefined : before.slice(0, before.length - scan.rest.length);
  if (scan.atEnd) return { timestamp, time, exemplar: undefined };
  if (timestamp !== undefined) scan.skip(' ');
  return { timestamp, time, exemplar: readExemplar(scan, token, format) };
}

function readTextEnd(scan: LineScanner, token: RegExp): number {
  scan.skipBlanks();
  if (scan.at('#')) throw noExemplar(scan);
  const timestamp = readTimestamp(scan, token, 'text');
  const rest = scan.rest;
  scan.skipBlanks();
  if (scan.at('#')) throw noExemplar(scan);
  if (rest !== '') throw scan.invalid('invalid_line', rest, 'the end of the line after the timestamp');
  return timestamp;
}

function noExemplar(scan: LineScanner): InvalidLine {
  return scan.invalid('misplaced_exemplar', scan.rest, 'no exemplar, because text 0.0.4 does not support them');
}

function readExemplar(scan: LineScanner, token: RegExp, format: ExpositionFormat): ParsedExemplar {
  if (!scan.at('#')) throw scan.invalid('invalid_line', scan.rest, 'an exemplar or the end of the line');
  if (!scan.skip('# ') || !scan.at('{')) throw scan.invalid('invalid_exemplar', scan.rest, 'labels in braces');
  const labels = readLabels(scan, false);
  if (!scan.skip(' ')) throw scan.invalid('invalid_exemplar', scan.rest, 'a space and a value after the labels');
  const text = scan.take(token);
  const value = parseNumber(text);
  if (value === undefined) throw scan.invalid('invalid_exemplar', text, 'a number as exemplar value');
  const timestamp = scan.skip(' ') ? readTimestamp(scan, token, format) : undefined;
  if (!scan.atEnd) throw scan.invalid('invalid_exemplar', scan.rest, 'the end of the line after the exemplar');
  return { labels, value, timestamp };
}
