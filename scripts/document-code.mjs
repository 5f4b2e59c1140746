/**
 * Compiles the code of README.md and of the pages in `docs/` as a user would: strict, against the built package.
 * Runs the programs among it and writes their outputs into the pages. With `--check`, fails if an output differs.
 *
 * - A block `ts` or `js` is a module. A module of JavaScript is parsed only.
 * - A first line such as `// src/metrics.ts` is the name of the module, which other blocks of the page import.
 * - A comment `<!-- ts … -->` before a block has the lines that the page omits, such as imports. A line `// …` in it
 *   marks the place of the block, which is otherwise the end.
 * - A block `ts run` is a program. The next block of the page is `text` and has its output.
 *
 * A folder as the last argument replaces the root of the repository.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf } from './document-output.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const documents = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? root;
/** Within the package, so that it can import itself by name. */
const folder = join('build', 'document-code', basename(documents));
const isCheck = process.argv.includes('--check');

const fence =
  /^(?:<!-- ts\n(?<omitted>(?:.*\n)*?)-->\n+)?```(?<language>ts|js)(?<run> run)?\n(?<code>(?:.*\n)*?)```$/gm;
const nextOutput = /\n(?:(?!```).*\n)*?```text\n(?<output>(?:.*\n)*?)```$/my;

/** Returns the blocks of a page. `line` is the number of lines before the code; `output` is absent if it is no program. */
function blocksOf(page, text) {
  return [...text.matchAll(fence)].map((match) => {
    const { omitted = '', language, run, code } = match.groups;
    const start = match.index + match[0].lastIndexOf(code);
    const line = text.slice(0, start).split('\n').length - 1;
    const [above = '', below = ''] = omitted.split('// …\n');
    const [, name = `${line}.${language}`] = /^\/\/ (\S+\.[tj]s)\n/.exec(code) ?? [];
    nextOutput.lastIndex = match.index + match[0].length;
    const output = run && nextOutput.exec(text);
    const end = output ? nextOutput.lastIndex - '```'.length : 0;
    const shown = output && { text: output.groups.output, start: end - output.groups.output.length, end };
    return { page, name, line, source: above + code + below, linesAbove: above.split('\n').length - 1, run, shown };
  });
}

/** Returns the paths of all pages, relative to the root. */
function pages() {
  const names = readdirSync(join(documents, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...names.filter((name) => /^(?!api\/).*\.md$/.test(name)).map((name) => `docs/${name}`)].sort();
}

/** Compiles the blocks into `folder/programs`. Returns one line per error, with page and line. */
function compile(blocks) {
  rmSync(join(root, folder), { recursive: true, force: true });
  for (const { page, name, line, source, linesAbove } of blocks) {
    const file = join(root, folder, 'pages', page, name);
    mkdirSync(dirname(file), { recursive: true });
    // The code has the same lines as in the page, so that errors name them.
    writeFileSync(file, `${'\n'.repeat(Math.max(0, line - linesAbove))}${source}export {};\n`);
  }
  const compilerOptions = {
    rootDir: 'pages',
    outDir: 'programs',
    module: 'esnext',
    moduleResolution: 'bundler',
    allowJs: true,
    declaration: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    erasableSyntaxOnly: false,
  };
  const config = { extends: relative(folder, 'tsconfig.json'), compilerOptions, include: ['pages'] };
  writeFileSync(join(root, folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { cwd: root });
  return stdout.toString().replace(/^.*?\/pages\/(.*?\.md)\/.*?\((\d+),\d+\)/gm, '$1:$2');
}

/** Runs all programs, two at a time, and returns one line per error. Writes their outputs unless it checks them. */
async function run(programs) {
  const errors = [];
  const outputs = new Map();
  const waiting = programs.values();
  const worker = async () => {
    for (const program of waiting) {
      const { page, name, line, shown } = program;
      const { output, failure } = await outputOf(join(root, folder, 'programs', page, name.replace(/ts$/, 'js')));
      if (failure !== undefined) errors.push(`${page}:${line}: the program ${failure}:\n${output}`);
      else if (!shown) errors.push(`${page}:${line}: the program has no block text for its output:\n${output}`);
      else if (shown.text !== output) outputs.set(program, output);
    }
  };
  await Promise.all([worker(), worker()]);
  for (const [{ page, line }, output] of isCheck ? outputs : []) {
    errors.push(`${page}:${line}: the output differs; npm run generate writes it:\n${output}`);
  }
  if (!isCheck) write(outputs);
  return errors;
}

/** Writes outputs into their pages, from the last to the first, so that positions stay valid. */
function write(outputs) {
  for (const [{ page, shown }, output] of [...outputs].sort(([a], [b]) => b.shown.start - a.shown.start)) {
    const text = readFileSync(join(documents, page), 'utf8');
    writeFileSync(join(documents, page), text.slice(0, shown.start) + output + text.slice(shown.end));
    console.log(`wrote an output in ${page}`);
  }
}

const blocks = pages().flatMap((page) => blocksOf(page, readFileSync(join(documents, page), 'utf8')));
const errors = compile(blocks) || (await run(blocks.filter(({ run }) => run))).sort().join('');
process.stdout.write(errors);
if (errors !== '') process.exitCode = 1;
