/** Writes generated files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '../generate/files.js';

/** Writes files below a folder, which is created if needed. Returns their paths. */
export function writeFiles(files: Files, folder: string): string[] {
  return [...files].map(([path, text]) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    return target;
  });
}
