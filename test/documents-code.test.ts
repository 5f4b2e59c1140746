/** Tests that `scripts/document-code.mjs` finds faults in the code of pages, and writes the outputs of programs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApp, startNode } from './support/program.js';

/** Runs the script on pages, given by name. Returns the exit code, the report and the pages afterwards. */
async function documentCode(pages: Record<string, string>, ...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'document-code-'));
  const compiled = join('build', 'document-code', basename(folder));
  onTestFinished(() => {
    for (const path of [folder, compiled]) rmSync(path, { recursive: true, force: true });
  });
  mkdirSync(join(folder, 'docs', 'api'), { recursive: true });
  for (const [name, text] of Object.entries({ 'README.md': '', ...pages })) writeFileSync(join(folder, name), text);
  const { code, stdout, stderr } = await startNode(['scripts/document-code.mjs', ...flags, folder]).end;
  const after = Object.fromEntries(Object.keys(pages).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  expect(stderr).toBe('');
  return { code, report: stdout, after };
}

/** Returns a block of code. */
const block = (language: string, ...lines: string[]) => [`\`\`\`${language}`, ...lines, '```', ''].join('\n');
const program = (...lines: string[]) => block('ts run', ...lines);

const faults: Record<string, { page: string; report: RegExp }> = {
  'a name without an import': {
    page: `Text.\n\n${block('ts', 'startMetrics();')}`,
    report: /^docs\/a\.md:4: .*TS2304/,
  },
  'an error of types, on its line': {
    page: block('ts', "import { startMetrics } from 'otelier';", '', 'startMetrics({ serviceName: 7 });'),
    report: /^docs\/a\.md:4: .*TS2322/,
  },
  'a parameter without a type': { page: block('ts', 'export const f = (a) => a;'), report: /^docs\/a\.md:2: .*TS7006/ },
  'an error below omitted lines': {
    page: `<!-- ts\nconst a = 1;\n-->\n\n${block('ts', "export const b: string = a + '';", 'export const c: string = a;')}`,
    report: /^docs\/a\.md:7: .*TS2322/,
  },
  'a syntax error in JavaScript': { page: block('js', 'const = 1;'), report: /^docs\/a\.md:2: .*TS1134/ },
  'a program without an output': {
    page: program("console.log('a');"),
    report: /^docs\/a\.md:1: the program has no block text for its output:\na\n$/,
  },
  'a program whose next block is not its output': {
    page: `${program("console.log('a');")}\n${block('sh', 'ls')}\n${block('text', 'a')}`,
    report: /^docs\/a\.md:1: the program has no block text/,
  },
  'a program that throws': {
    page: `${program("throw new Error('spilled');")}\n${block('text', 'a')}`,
    report: /^docs\/a\.md:1: the program ended with code 1:\n[\s\S]*spilled/,
  },
  'a program with another output': {
    page: `${program("console.log('a');", "console.warn('b');")}\nIt prints:\n\n${block('text', 'a')}`,
    report: /^docs\/a\.md:1: the output differs; npm run generate writes it:\na\nb\n$/,
  },
};

test.each(Object.entries(faults))('%s is reported with page and line', async (_, { page, report }) => {
  const result = await documentCode({ 'docs/a.md': page }, '--check');
  expect(result.report).toMatch(report);
  expect(result).toMatchObject({ code: 1, after: { 'docs/a.md': page } });
});

const good = [
  block('ts', '// src/metrics.ts', "export const name: string = 'orders';"),
  '<!-- ts\nfunction send(): string {\n// …\n}\nsend();\n-->\n',
  block('ts', "  return 'sent';"),
  program("import { name } from './src/metrics.js';", 'console.log(name, new Date().toISOString());'),
  'It prints:\n',
  block('text', 'orders 2026-11-29T09:30:00.000Z'),
  block('js', 'const page = undeclared;'),
].join('\n');

test('modules with names, omitted lines and times of outputs', async () => {
  const pages = { 'docs/a.md': good, 'docs/api/report.md': block('ts', 'startMetrics();') };
  expect(await documentCode(pages, '--check')).toEqual({ code: 0, report: '', after: pages });
});

test('without --check, outputs are written and nothing else changes', async () => {
  const page = `${good}\n${program('console.log(1 / 3);')}\n${block('text', '0.3')}`;
  const stale = page.replace('orders 2026', 'sales 2026');
  const { code, report, after } = await documentCode({ 'docs/a.md': stale });
  expect({ code, report }).toEqual({ code: 0, report: 'wrote an output in docs/a.md\n'.repeat(2) });
  expect(after['docs/a.md']).toBe(page.replace('\n0.3\n', '\n0.3333333333333333\n'));
});

test('a program without a block for its output fails also without --check', async () => {
  const { code } = await documentCode({ 'docs/a.md': program("console.log('a');") });
  expect(code).toBe(1);
});

test('a program that does not end is killed and reported', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'document-code-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'server.mjs');
  writeFileSync(file, "process.once('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);");
  const { href } = new URL('../scripts/document-output.mjs', import.meta.url);
  const source = `import { outputOf } from '${href}'; console.log((await outputOf('${file}', 400)).failure);`;
  expect((await startApp(source).end).stdout).toBe('did not end within 0.4 seconds\n');
});
