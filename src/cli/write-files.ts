/** Writes generated files: all of them, or none. */
import { constants, copyFileSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MetricsError, messageOf } from '../errors.js';
import { emptyProblems, requireNone } from '../generate/checks.js';
import type { Files } from '../generate/files.js';

/**
 * Writes files below a folder, which is created if needed, and removes others. Returns the paths of the written files.
 *
 * Every file is written under a temporary name first. If a file cannot be written, all files stay as they were.
 *
 * @param obsolete paths of files below the folder to remove, with the folders that become empty.
 * @param copies paths of copies to make of files below the folder before these are overwritten.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if the folder has no name, or a file cannot be written.
 */
export function writeFiles(
  files: Files,
  folder: string,
  obsolete: readonly string[] = [],
  copies: ReadonlyMap<string, string> = new Map(),
): string[] {
  requireNone(emptyProblems('--out', folder));
  const created: string[] = [];
  const copied: string[] = [];
  const written = [...files].map(([path, text]) => {
    const target = join(folder, path);
    return { target, temporary: `${target}.${process.pid}.tmp`, text };
  });
  try {
    for (const { target, temporary, text } of written) {
      makeFolder(dirname(target), created);
      if (isFolder(target)) throw new Error(`${target} is a folder`);
      writeFileSync(temporary, text);
    }
    for (const [path, copy] of copies) {
      copyFileSync(join(folder, path), join(folder, copy), constants.COPYFILE_EXCL);
      copied.push(join(folder, copy));
    }
  } catch (cause) {
    for (const { temporary } of written) attempt(() => rmSync(temporary, { force: true }));
    for (const path of copied) attempt(() => rmSync(path, { force: true }));
    for (const path of created) attempt(() => rmSync(path, { recursive: true, force: true }));
    const expected = `a folder that can be written: ${messageOf(cause)}`;
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: '--out', value: folder, expected }], { cause });
  }
  // Before the new ones: where upper and lower case are the same, both names are one file.
  for (const path of obsolete) removeFile(folder, path);
  for (const { target, temporary } of written) renameSync(temporary, target);
  return written.map(({ target }) => target);
}

/**
 * Creates a folder and its parents, and adds what it creates to a list. One by one: a recursive `mkdirSync` never returns
 * below a folder that accepts no folders, such as /proc.
 */
function makeFolder(path: string, created: string[]): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, created);
  try {
    mkdirSync(path);
    created.push(path);
  } catch (error) {
    // Another process may have created it.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function removeFile(folder: string, path: string): void {
  rmSync(join(folder, path), { force: true });
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent))
    attempt(() => rmdirSync(join(folder, parent)));
}

/** Calls a function that may fail, such as the removal of a folder that is not empty. */
function attempt(call: () => void): void {
  try {
    call();
  } catch {
    // The file or folder stays.
  }
}
