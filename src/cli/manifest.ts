/** The list of the files that a command wrote into a folder. The next run removes those that are no longer generated. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, jsonText } from '../generate/files.js';

const manifestPath = '.otelier-files.json';

/** Files of an earlier run that are no longer generated. */
export interface Obsolete {
  /** Files to remove. */
  readonly stale: readonly string[];
  /** Files that somebody has changed since. */
  readonly changed: readonly string[];
}

/** Returns files with the list of their paths and hashes. */
export function withManifest(files: Files): Files {
  const hashes = Object.fromEntries([...files].map(([path, text]) => [path, hashOf(text)]));
  return new Map([...files, [manifestPath, jsonText({ files: hashes })]]);
}

/** Returns the files that an earlier run wrote into a folder and that are not among the new ones. Foreign files are neither. */
export function obsoleteFiles(files: Files, folder: string): Obsolete {
  const stale: string[] = [];
  const changed: string[] = [];
  for (const [path, hash] of earlierFiles(folder)) {
    if (files.has(path)) continue;
    const text = contentOf(join(folder, path));
    if (text === undefined) continue;
    if (hashOf(text) === hash) stale.push(path);
    else changed.push(path);
  }
  return { stale, changed };
}

/**
 * Returns the files that a run would overwrite although somebody wrote or changed them since the last run, with the path of a
 * copy that does not exist yet. A file that already has the new text needs no copy.
 */
export function editedFiles(files: Files, folder: string): ReadonlyMap<string, string> {
  const hashes = new Map(earlierFiles(folder));
  const copies = new Map<string, string>();
  for (const [path, text] of files) {
    const content = contentOf(join(folder, path));
    if (content === undefined) continue;
    const hash = hashOf(content);
    if (hash !== hashes.get(path) && hash !== hashOf(text)) copies.set(path, freePath(folder, path));
  }
  return copies;
}

/** Prometheus loads rules/*.yaml and Grafana *.json only: neither loads a copy. */
function freePath(folder: string, path: string): string {
  let copy = `${path}.bak`;
  for (let number = 2; lstatSync(join(folder, copy), { throwIfNoEntry: false }) !== undefined; number += 1)
    copy = `${path}.bak${number}`;
  return copy;
}

function earlierFiles(folder: string): [path: string, hash: unknown][] {
  try {
    const { files } = JSON.parse(readFileSync(join(folder, manifestPath), 'utf8')) as { files: object };
    return Object.entries(files).filter(([path]) => isBelow(path));
  } catch {
    return [];
  }
}

/** True for a path that leads to a file below its folder. */
function isBelow(path: string): boolean {
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !/[\\:]/.test(name));
}

/** Returns the content of a file; `undefined` if it is no file any more, or cannot be read. */
function contentOf(file: string): Buffer | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
