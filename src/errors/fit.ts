/** Log messages of at most 183 characters, whatever the length of the names, addresses and reasons in them. */
import { maxProblemLength } from '../errors.js';
import { cut, minQuotedLength, minUrlLength, quotedPart, withoutMiddle } from './cut.js';

/** Shortest length to which a value is cut, in characters. */
const shortest = minQuotedLength;

/** Length to which values are cut before the end of a message is replaced by its short form, in characters. */
const legible = 32;

/** Length from which on values are cut: a cut value is a little shorter than its limit where it keeps a part whole. */
const longest = 2 * maxProblemLength;

/** Longest text around quotes that is kept whole, in characters. */
const maxFrame = 100;

/**
 * Template tag that cuts the longest values in their middle until the message has at most 183 characters. A value of 8
 * characters is not cut further.
 *
 * @example
 * fit`${name}: cannot use folder ${folder}: ${reason}; requests are kept in memory only`;
 */
export const fit = fitBefore('');

/**
 * Returns the tag `fit` for a message that ends in `end`, which is never cut.
 *
 * @param brief short form of `end`, for a message that does not fit with values of 32 characters.
 */
export function fitBefore(end: string, brief = end) {
  return (texts: TemplateStringsArray, ...values: readonly (string | number)[]): string => {
    const parts = values.map((value) => withoutMiddle(String(value), longest));
    const first = Math.min(longest, Math.max(shortest, ...parts.map(({ length }) => length)));
    const render = (limit: number, keepsUrls = true) =>
      texts.map((text, index) => text + shortened(parts[index] ?? '', limit, keepsUrls)).join('');
    const shown = render(legible).length + end.length <= maxProblemLength ? end : brief;
    let limit = first;
    while (limit > shortest && render(limit).length + shown.length > maxProblemLength) limit--;
    if (render(limit).length + shown.length <= maxProblemLength) return render(limit) + shown;
    // Only a host that fills the line itself is cut.
    limit = first;
    while (limit > shortest && render(limit, false).length + shown.length > maxProblemLength) limit--;
    return render(limit, false) + shown;
  };
}

/**
 * Cuts a path at its start, because its end names the file, a quoted text between its quotes, and any other text in its
 * middle.
 *
 * @param keepsUrls true to cut a URL after its host and port only.
 */
function shortened(value: string, length: number, keepsUrls: boolean): string {
  if (value.length <= length) return value;
  if (keepsUrls && minUrlLength(value) > 0) return cut(value, Math.max(length, minUrlLength(value)));
  if (/^(?:\/|file:|[A-Za-z]:\\)/.test(value)) return `…${value.slice(1 - length)}`;
  const [, before = '', , after = ''] = quotedPart.exec(value) ?? [];
  const frame = before.length + after.length;
  return cut(value, frame === 0 ? length : Math.max(length, Math.min(frame, maxFrame) + shortest));
}
