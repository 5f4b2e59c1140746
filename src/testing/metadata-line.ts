/** Reads a line that begins with `#`. */
import { type ExpositionFormat, LineScanner } from './line-scanner.js';
import { isPlainName } from './sample-line.js';

/** What a line says of a metric. */
export interface Metadata {
  readonly keyword: 'HELP' | 'TYPE' | 'UNIT';
  readonly name: string;
  readonly text: string;
}

const textKeyword = /#[ \t]*(?:HELP|TYPE)[ \t]+(?=[^ \t])/y;
const textUnit = /^[ \t]*#[ \t]*UNIT[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+([a-zA-Z0-9_:]+)[ \t]*$/;
const openMetricsKeyword = /# (?:HELP|TYPE|UNIT) /y;
const nameToken = /[^ \t]*/y;

/**
 * The metadata in a line; `undefined` when it is a comment.
 *
 * Text 0.0.4 has comments, and to its parsers UNIT is one: it is read where it is well formed. OpenMetrics has none.
 *
 * @throws {Unreadable} when the line is no metadata of its format.
 */
export function readMetadata(line: string, format: ExpositionFormat): Metadata | undefined {
  const scan = new LineScanner(line, format);
  scan.skipBlanks();
  const opening = scan.take(format === 'text' ? textKeyword : openMetricsKeyword);
  if (opening === '') {
    if (format === 'text') return readTextUnit(line);
    throw scan.unreadable('invalid_metadata', line, '# HELP, # TYPE or # UNIT, each with one space after it, or # EOF');
  }
  const keyword = opening.replace(/[# \t]/g, '') as Metadata['keyword'];
  const quoted = scan.at('"');
  const name = quoted ? scan.takeQuoted('invalid_name') : scan.take(nameToken);
  if (quoted ? name === '' : !isPlainName(name)) {
    throw scan.unreadable('invalid_name', name, `a metric name after ${keyword}: letters, digits, _ and :`);
  }
  scan.metric = name;
  if (!scan.atEnd && !/^[ \t]/.test(scan.rest))
    throw scan.unreadable('invalid_name', scan.rest, 'a blank after the name');
  // HELP with nothing after the name is an empty text in text 0.0.4 alone.
  const missing = format === 'openmetrics' ? !scan.skip(' ') : keyword === 'TYPE' && scan.rest.trim() === '';
  if (missing) throw scan.unreadable('invalid_metadata', line, `a space after the name, and its ${keyword}`);
  scan.skipBlanks();
  const text = keyword === 'HELP' ? scan.unescape(scan.rest, format === 'openmetrics') : scan.rest;
  return { keyword, name, text };
}

function readTextUnit(line: string): Metadata | undefined {
  const [, name, text] = textUnit.exec(line) ?? [];
  return name === undefined || text === undefined ? undefined : { keyword: 'UNIT', name, text };
}
