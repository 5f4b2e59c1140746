/** Parses a line that begins with `#`. */
import { type ExpositionFormat, LineScanner } from './line-scanner.js';
import { isPlainName } from './sample-line.js';

/** A HELP, TYPE or UNIT line. */
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
 * Parses a metadata line; returns `undefined` for a comment.
 *
 * Only text 0.0.4 allows comments. Its parsers treat UNIT as a comment; here a well-formed UNIT is parsed.
 *
 * @throws {InvalidLine} when the line is not valid metadata in its format.
 */
export function readMetadata(line: string, format: ExpositionFormat): Metadata | undefined {
  const scan = new LineScanner(line, format);
  scan.skipBlanks();
  const opening = scan.take(format === 'text' ? textKeyword : openMetricsKeyword);
  if (opening === '') {
    if (format === 'text') return readTextUnit(line);
    throw scan.invalid('invalid_metadata', line, '# HELP, # TYPE or # UNIT followed by one space, or # EOF');
  }
  const keyword = opening.replace(/[# \t]/g, '') as Metadata['keyword'];
  const quoted = scan.at('"');
  const name = quoted ? scan.takeQuoted('invalid_name') : scan.take(nameToken);
  if (quoted ? name === '' : !isPlainName(name)) {
    throw scan.invalid('invalid_name', name, `a metric name after ${keyword}: letters, digits, _ and :`);
  }
  scan.metric = name;
  if (!scan.atEnd && !/^[ \t]/.test(scan.rest)) throw scan.invalid('invalid_name', scan.rest, 'a blank after the name');
  // Only text 0.0.4 allows HELP without text after the name.
  const missing = format === 'openmetrics' ? !scan.skip(' ') : keyword === 'TYPE' && scan.rest.trim() === '';
  if (missing) throw scan.invalid('invalid_metadata', line, `a space and the ${keyword} after the name`);
  scan.skipBlanks();
  const text = keyword === 'HELP' ? scan.unescape(scan.rest, format === 'openmetrics') : scan.rest;
  return { keyword, name, text };
}

function readTextUnit(line: string): Metadata | undefined {
  const [, name, text] = textUnit.exec(line) ?? [];
  return name === undefined || text === undefined ? undefined : { keyword: 'UNIT', name, text };
}
