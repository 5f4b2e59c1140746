/** Attributes on a line that has no room for all of them. */
import { cutMiddle, widthOf } from './terminal-text.js';

/** Fewest columns of a value that is cut. */
const shortestValue = 3;

/** One attribute: `key=` and its value. */
interface Part {
  readonly key: string;
  readonly value: string;
  /** Columns in full. */
  readonly width: number;
  /** Columns with the shortest value. */
  readonly least: number;
}

/**
 * Returns attributes in at most `columns` columns: the longest values are cut in their middle, then the last attributes are
 * left out, with their number. A cut never joins the key of one attribute with the value of another.
 *
 * @param attributes `key=value` texts.
 */
export function fitAttributes(attributes: readonly string[], columns: number): string {
  const parts = attributes.map(partOf);
  let shown = parts.length;
  const rest = () => (shown < parts.length ? `+${parts.length - shown} more` : '');
  const room = () => columns - (shown === parts.length ? 0 : widthOf(rest()) + (shown > 0 ? 1 : 0));
  while (shown > 0 && widthAt(parts.slice(0, shown), 0) > room()) shown--;
  if (shown === 0) return cutMiddle(parts.length === 1 ? (attributes[0] as string) : rest(), columns);
  const kept = parts.slice(0, shown);
  let limit = Math.max(...kept.map(({ width }) => width));
  while (widthAt(kept, limit) > room()) limit--;
  const texts = kept.map((part) => part.key + cutMiddle(part.value, columnsAt(part, limit) - widthOf(part.key)));
  return [...texts, ...(rest() === '' ? [] : [rest()])].join(' ');
}

function partOf(text: string): Part {
  const [, key = '', value = ''] = /^("(?:[^"\\]|\\.)*"=|[^=]*=)(.*)$/s.exec(text) ?? [];
  const width = widthOf(text);
  return { key, value, width, least: Math.min(width, widthOf(key) + shortestValue) };
}

/** Returns the columns of an attribute that may take `limit` columns. */
function columnsAt({ width, least }: Part, limit: number): number {
  return Math.min(width, Math.max(least, limit));
}

/** Returns the columns of attributes, each of which may take `limit` columns. */
function widthAt(parts: readonly Part[], limit: number): number {
  return parts.reduce((sum, part) => sum + columnsAt(part, limit) + 1, -1);
}
