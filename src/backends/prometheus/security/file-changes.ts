/** Detects that configuration files were replaced. */
import { promises, type Stats, statSync } from 'node:fs';
import type { Clock } from '../../../model/clock.js';
import { errorCodeOf } from './file-names.js';

/** Compares files with their state at the previous check. */
export interface FileChanges {
  /** Returns `unknown` within a second of the previous check. Never rejects. */
  check(): Promise<'changed' | 'unchanged' | 'unknown'>;
}

const minIntervalMs = 1_000;

/**
 * Records the current state of the files. Call it before reading them, so that no change is missed.
 *
 * Files are checked on demand and not watched: a watcher would keep the process alive, and does not notice a link that
 * points to another file, which is how Kubernetes replaces secrets.
 */
export function trackFileChanges(files: readonly string[], clock: Clock): FileChanges {
  let state = files.map(currentStateOf).join('\n');
  let checkedMs = clock.monotonicMs();
  return {
    async check() {
      if (clock.monotonicMs() - checkedMs < minIntervalMs) return 'unknown';
      checkedMs = clock.monotonicMs();
      const states = await Promise.all(files.map((file) => promises.stat(file).then(stateOf, errorCodeOf)));
      const previous = state;
      state = states.join('\n');
      return state === previous ? 'unchanged' : 'changed';
    },
  };
}

/** Includes the inode: a replacement may have the same size and times, but not the same inode. */
function stateOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function currentStateOf(file: string): string {
  try {
    return stateOf(statSync(file));
  } catch (error) {
    return errorCodeOf(error);
  }
}
