/** Files that hold settings and keys: what may be said of them, and whether they were replaced. */
import { promises, type Stats, statSync } from 'node:fs';
import type { Clock } from '../../../model/clock.js';

/** Whether `text` can be the name of a file, and may be shown; a key in PEM format that was put in its place may not. */
export function isFileName(text: string): boolean {
  return text !== '' && text.length <= 4096 && !/[\p{Cc}]|-----BEGIN/u.test(text);
}

/** The value of a problem with a file, if it may be shown. */
export function shownFile(file: string): { readonly value?: string } {
  return isFileName(file) ? { value: file } : {};
}

/** Whether files are other than they were when last looked at; `unknown` within a second of that. */
export interface FileStamps {
  /** Never rejects. */
  look(): Promise<'changed' | 'same' | 'unknown'>;
}

const leastIntervalMs = 1_000;

/**
 * Remembers the files as they are now; to be called before they are read, so that no change is missed.
 *
 * Looked at when somebody asks and not watched: a watcher would keep the process alive, and misses links that are
 * pointed elsewhere, as Kubernetes replaces secrets.
 */
export function stampFiles(files: readonly string[], clock: Clock): FileStamps {
  let stamps = files.map((file) => attempt(() => stampOf(statSync(file)))).join('\n');
  let lookedMs = clock.monotonicMs();
  return {
    async look() {
      if (clock.monotonicMs() - lookedMs < leastIntervalMs) return 'unknown';
      lookedMs = clock.monotonicMs();
      const found = await Promise.all(files.map((file) => promises.stat(file).then(stampOf, codeOf)));
      const before = stamps;
      stamps = found.join('\n');
      return stamps === before ? 'same' : 'changed';
    },
  };
}

/** Size and times may be the same in a file put in place of another, the number of the file may not. */
function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return codeOf(error);
  }
}

/** Why a file could not be read, without its name. */
export function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException)?.code ?? 'unknown');
}
