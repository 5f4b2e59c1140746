/** Files of the kernel: how they are read, and the forms that many of them have in common. */
import { readFileSync } from 'node:fs';

/** Unit of processor times in files of the kernel, on all architectures that Node supports. */
export const ticksPerSecond = 100;

/** An object, because Node copies its defaults for a string. */
const asText = { encoding: 'utf8', flag: 'r' } as const;

/**
 * Returns the content of a file, or `undefined` if the file is absent, masked or unreadable.
 *
 * Synchronous: the kernel answers from memory, in about ten microseconds. No descriptor stays open.
 */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, asText);
  } catch {
    return undefined;
  }
}

/** Returns the number that a text holds; `undefined` if the text is not a finite number of decimal digits. */
export function countOf(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Returns a function that finds the number after a key at the beginning of a line: `key 12`, `key: 12 kB`. */
export function keyedCounts(text: string): (key: string) => number | undefined {
  const lines = `\n${text}`;
  const number = /[ :]\s*(\d+)(?: kB)?(?=\n|$)/y;
  return (key) => {
    const start = `\n${key}`;
    for (let index = lines.indexOf(start); index !== -1; index = lines.indexOf(start, index + 1)) {
      number.lastIndex = index + start.length;
      const found = number.exec(lines);
      if (found !== null) return countOf(found[1]);
    }
    return undefined;
  };
}

/** Returns a count in another unit; divides where the factor is below 1, because the quotient is then exact. */
export function scaled(count: number | undefined, factor: number): number | undefined {
  if (count === undefined) return undefined;
  return factor < 1 ? count / Math.round(1 / factor) : count * factor;
}
