/** Inputs of resource detection: environment variables and files. */
import { readFileSync } from 'node:fs';

/** Sources that detectors read. */
export interface ResourceSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Returns the text of a file; `undefined` for an unreadable file. */
  readFile(path: string): string | undefined;
}

/** Reads a file of this machine; returns `undefined` for an unreadable file. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
