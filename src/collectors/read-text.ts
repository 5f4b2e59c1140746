/** Files of the kernel: how they are read, and the forms that many of them have in common. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Unit of processor times in files of the kernel, on all architectures that Node supports. */
export const ticksPerSecond = 100;

/** Reads files of the kernel again and again. */
export interface KernelFiles {
  /** Returns the content of a file, or `undefined` if the file is absent, masked or unreadable. */
  read(path: string): string | undefined;
  /** Closes all files. Files that are read later do not stay open. */
  close(): void;
}

/**
 * Returns a reader whose files stay open, which halves the time of a reading.
 *
 * It is synchronous: the kernel answers from memory, in a few microseconds.
 */
export function kernelFiles(): KernelFiles {
  const descriptors = new Map<string, number>();
  let buffer = Buffer.allocUnsafe(2 ** 14);
  let isClosed = false;
  const closeOne = (path: string) => {
    const descriptor = descriptors.get(path);
    descriptors.delete(path);
    if (descriptor !== undefined) closeSync(descriptor);
  };
  return {
    read(path) {
      // The last collection is that of the shutdown.
      if (isClosed) return readText(path);
      try {
        const descriptor = descriptors.get(path) ?? openSync(path, 'r');
        descriptors.set(path, descriptor);
        let size = 0;
        // The kernel returns long files in parts.
        for (let count = -1; count !== 0; size += count) {
          if (size === buffer.length) buffer = Buffer.concat([buffer], size * 2);
          count = readSync(descriptor, buffer, size, buffer.length - size, size);
        }
        return buffer.toString('utf8', 0, size);
      } catch {
        closeOne(path);
        return undefined;
      }
    },
    close() {
      isClosed = true;
      for (const path of [...descriptors.keys()]) closeOne(path);
    },
  };
}

/** Returns the content of a file that is read once, or `undefined` if the file is absent, masked or unreadable. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
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
