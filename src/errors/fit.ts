/** Log messages of at most 183 characters, whatever the length of the names, addresses and reasons in them. */
import { cut, maxProblemLength } from '../errors.js';

/** Shortest length to which a value is cut, in characters. */
const shortest = 8;

/**
 * Template tag that cuts the longest values in their middle until the message has at most 183 characters. A value of 8
 * characters is not cut further.
 *
 * @example
 * fit`${name}: cannot use folder ${folder}: ${reason}; requests are kept in memory only`;
 */
export const fit = fitBefore('');

/** Returns the tag `fit` for a message that ends in `end`, which is never cut. */
export function fitBefore(end: string) {
  return (texts: TemplateStringsArray, ...values: readonly (string | number)[]): string => {
    const parts = values.map(String);
    const room = maxProblemLength - texts.join('').length - end.length;
    const lengthAt = (limit: number) => parts.reduce((sum, { length }) => sum + Math.min(length, limit), 0);
    let limit = Math.max(shortest, ...parts.map(({ length }) => length));
    while (limit > shortest && lengthAt(limit) > room) limit--;
    return texts.map((text, index) => text + shortened(parts[index] ?? '', limit)).join('') + end;
  };
}

/** Cuts a path at its start, because its end names the file, and any other text in its middle. */
function shortened(value: string, length: number): string {
  const isPath = /^(?:\/|file:|[A-Za-z]:\\)/.test(value);
  return isPath && value.length > length ? `...${value.slice(3 - length)}` : cut(value, length);
}
