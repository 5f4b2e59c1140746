/** The documents: text files of this repository, split into passages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A part of a file, between 8 and about 120 words long. */
export interface Passage {
  /** File and line, such as `src/start.ts:12`. */
  readonly source: string;
  readonly text: string;
}

/** A passage ends at the first blank line after this many words. */
const targetWords = 60;
/** A passage ends at the end of any line after this many words. */
const maximumWords = 120;
const minimumWords = 8;

/** Reads all passages, in the same order each time. */
export function readCorpus(): Passage[] {
  const root = repositoryRoot();
  const files = [
    ...['README.md', 'CHANGELOG.md', 'LICENSE'].map((name) => join(root, name)).filter((path) => existsSync(path)),
    ...filesUnder(join(root, 'docs'), '.md'),
    ...filesUnder(join(root, 'src'), '.ts'),
  ];
  return files.flatMap((path) => passagesOf(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')));
}

/** Finds the root by its package.json, because the compiled example lies deeper than the source. */
function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('No package.json above this file: run the example inside the repository.');
    folder = parent;
  }
  return folder;
}

function filesUnder(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

function passagesOf(file: string, content: string): Passage[] {
  const passages: Passage[] = [];
  let lines: string[] = [];
  let words = 0;
  const cut = (nextLine: number) => {
    const source = `${file}:${nextLine - lines.length}`;
    if (words >= minimumWords) passages.push({ source, text: lines.join('\n').trim() });
    lines = [];
    words = 0;
  };
  const all = content.split(/\r?\n/);
  for (const [index, line] of all.entries()) {
    const inLine = line.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    // Blank lines before a passage would shift its line number.
    if (inLine === 0 && words === 0) {
      lines = [];
      continue;
    }
    lines.push(line);
    words += inLine;
    if (words >= maximumWords || (words >= targetWords && inLine === 0)) cut(index + 2);
  }
  cut(all.length + 1);
  return passages;
}
