/**
 * Compiles the code of README.md and of the pages in `docs/` as a user would: strict, against the built package.
 *
 * Each `ts` block is a module. A comment `<!-- ts … -->` before a block has the lines that the page omits, such as imports.
 * A line `// …` in it marks the place of the block, which is otherwise the end.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Within the package, so that it can import itself by name. */
const folder = 'build/document-code';
const block = /^(?:<!-- ts\n(?<omitted>(?:.*\n)*?)-->\n+)?```ts\n(?<code>(?:.*\n)*?)```$/gm;

/** Returns the code blocks of a page, each with the number of lines before its code. */
export function blocksOf(page) {
  return [...page.matchAll(block)].map(({ 0: text, index, groups: { omitted = '', code } }) => {
    const before = page.slice(0, index + text.lastIndexOf(code));
    const [above = '', below = ''] = omitted.split('// …\n');
    return { above, code, below, line: before.split('\n').length - 1 };
  });
}

/** Returns the paths of all pages. */
export function pages() {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...names.filter((name) => /^(?!api\/).*\.md$/.test(name)).map((name) => `docs/${name}`)].sort();
}

/** Compiles all blocks. Returns one line per error, with page and line. */
function compile() {
  rmSync(join(root, folder), { recursive: true, force: true });
  for (const page of pages()) {
    for (const { above, code, below, line } of blocksOf(readFileSync(join(root, page), 'utf8'))) {
      const file = join(root, folder, `${page}-${line}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      // The code has the same lines as in the page, so that errors name them.
      const padding = '\n'.repeat(Math.max(0, line - above.split('\n').length + 1));
      writeFileSync(file, `${padding}${above}${code}${below}export {};\n`);
    }
  }
  const compilerOptions = {
    noEmit: true,
    rootDir: '../..',
    noUnusedLocals: false,
    noUnusedParameters: false,
    erasableSyntaxOnly: false,
    lib: ['es2023', 'esnext.disposable', 'dom'],
  };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['.'] };
  writeFileSync(join(root, folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { cwd: root });
  return stdout.toString().replace(new RegExp(`^${folder}/(.*\\.md)-\\d+\\.ts\\((\\d+),\\d+\\)`, 'gm'), '$1:$2');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const errors = compile();
  process.stdout.write(errors);
  if (errors !== '') process.exitCode = 1;
}
