/** The guides for contributors, compared with the code that they describe. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { backendKinds } from '../src/backends/table.js';
import { noRejections } from '../src/engine/rejections.js';
import { anyNode, rules } from './support/rooms.js';

const root = new URL('../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const foldersIn = (name: string) =>
  readdirSync(new URL(name, root), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));

/** Returns the rows of the first table below a heading, without its header. */
function rowsBelow(page: string, heading: string): string[] {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`));
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  return table.trimEnd().split('\n').slice(2);
}

/** Returns names as a cell: `types:x` becomes "types of x". */
function cell(names: readonly string[]): string {
  const values = names.filter((name) => !name.startsWith('types:'));
  const types = names.filter((name) => name.startsWith('types:')).map((name) => name.slice('types:'.length));
  const list = (parts: readonly string[]) =>
    parts.map((name) => (name === anyNode ? 'Node modules' : `\`${name}\``)).join(', ');
  return [list(values), types.length > 0 && `types of ${list(types)}`].filter(Boolean).join('; ') || '–';
}

test('CONTRIBUTING.md lists the permitted imports of every room', () => {
  const expected = Object.entries(rules).map(
    ([room, { ours, theirs }]) => `| \`${room}\` | ${cell(ours)} | ${cell(theirs)} |`,
  );
  expect(rowsBelow(read('CONTRIBUTING.md'), 'Rooms')).toEqual(expected);
});

/** Paths of the documents, relative to the root. */
const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' }).flatMap((name) =>
    name.endsWith('.md') && !name.startsWith('api/') ? `docs/${name}` : [],
  ),
];
/** Returns each match of `pattern`, which has one group, as "document: group". */
const mentions = (pattern: RegExp, except: readonly string[] = []) =>
  documents
    .filter((document) => !except.includes(document))
    .flatMap((document) => [...read(document).matchAll(pattern)].map(([, name = '']) => ({ document, name })));

test('the documents name npm scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = mentions(/\bnpm run ([a-z]+(?::[a-z]+)?)\b/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => scripts[name] === undefined)).toEqual([]);
});

test('the documents name files that exist', () => {
  // The changelog names files of earlier versions.
  const named = mentions(/`(?:node )?((?:src|test|scripts|docs|examples)\/[\w./-]+)`/g, ['CHANGELOG.md']);
  const real = named.filter(({ name }) => !name.includes('NAME') && name !== 'src/collectors');
  expect(real.length).toBeGreaterThan(30);
  expect(real.filter(({ name }) => !existsSync(new URL(name, root)))).toEqual([]);
});

test('the documents name variables of otelier that the settings list', () => {
  const variable = /\b(OTELIER_[A-Z0-9_]*[A-Z0-9])\b/g;
  const listed = new Set(read('docs/settings.md').match(variable));
  const named = mentions(variable, ['CHANGELOG.md', 'docs/settings.md']);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ name }) => !listed.has(name))).toEqual([]);
});

test('docs/settings.md names functions that the entry points of the backends export', () => {
  const named = [...read('docs/settings.md').matchAll(/`(\w+)\({ \.\.\. }\)` from `otelier\/backends\/(\w+)`/g)];
  expect(named.map(([, , backend]) => backend)).toEqual(Object.keys(backendKinds));
  const missing = named.filter(
    ([, name, backend]) => !read(`docs/api/backends-${backend}.api.md`).includes(`export function ${name}(`),
  );
  expect(missing).toEqual([]);
});

test('blocks of code begin in the first column, and their language has one spelling', () => {
  const fences = mentions(/^([^\n`]*`{3,}.*)$/gm);
  const known = /^```(?:(?:ts(?: run)?|js|json|sh|text|yaml|promql|dockerfile)?)$/;
  expect(fences.length).toBeGreaterThan(100);
  expect(fences.filter(({ name }) => !known.test(name))).toEqual([]);
});

test('blocks of YAML in the documents parse', () => {
  const blocks = mentions(/^```yaml\n([\s\S]*?)^```$/gm);
  expect(blocks.length).toBeGreaterThan(3);
  for (const { document, name: text } of blocks) {
    const problems = parseAllDocuments(text).flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    expect({ document, problems }).toEqual({ document, problems: [] });
  }
});

test('README.md starts with example 01', () => {
  const [, shown] = /^```ts run\n([\s\S]*?)^```$/m.exec(read('README.md')) ?? [];
  const code = read('examples/01-first-metric/main.ts').replace(/^\/\*\*.*\*\/\n/, '');
  expect(shown).toBe(code);
});

test('README.md lists every backend, pack and example', () => {
  const page = read('README.md');
  const named = (heading: string) => rowsBelow(page, heading).map((row) => /^\| \[?`?([\w-]+)/.exec(row)?.[1]);
  expect(named('Backends').sort()).toEqual(Object.keys(backendKinds).sort());
  expect(named('Packs').sort()).toEqual(foldersIn('src/packs/').filter((name) => name !== 'kit'));
  expect(named('Examples')).toEqual(foldersIn('examples/').map((name) => name.slice(0, 2)));
});

test('relative links of the documents lead to files', () => {
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].flatMap(([, target = '']) => {
      return existsSync(new URL(target, new URL(document, root))) ? [] : [`${document}: ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('links of the documents to headings lead to headings', () => {
  const anchorsOf = (document: string) => {
    const headings = read(document)
      .replace(/^```[\s\S]*?^```$/gm, '')
      .matchAll(/^#+ (.*)$/gm);
    return [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/\[(.*?)\]\(.*?\)/g, '$1')
        .replace(/[^\p{L}\d_ -]/gu, '')
        .replaceAll(' ', '-'),
    );
  };
  const links = mentions(/\]\(((?!https?:)[^)\s]*#[^)\s]+)\)/g);
  expect(links.length).toBeGreaterThan(50);
  const broken = links.filter(({ document, name }) => {
    const [path = '', anchor = ''] = name.split('#');
    const target = path === '' ? document : join(dirname(document), path);
    return target.endsWith('.md') && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('docs/delivery.md lists every reason of rejected measurements', () => {
  const [, section = ''] = read('docs/delivery.md').split('### Rejected measurements');
  const listed = [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, reason]) => reason);
  expect(listed.sort()).toEqual(Object.keys(noRejections()).sort());
});

test('docs/start-order.md shows code of the programs that the matrix runs', () => {
  const folder = 'test/matrix/start-order/programs/';
  const programs = readdirSync(new URL(folder, root)).map((name) => read(folder + name).split('\n'));
  const blocks = [...read('docs/start-order.md').matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(4);
  const isWithin = (block: string, program: string[]) => {
    const lines = block.split('\n').filter((line) => line !== '');
    return program.filter((line) => lines.includes(line)).join('\n') === lines.join('\n');
  };
  expect(blocks.filter((block) => !programs.some((program) => isWithin(block, program)))).toEqual([]);
});

test('docs/start-order.md has the versions that the matrix runs', () => {
  const { dependencies } = JSON.parse(read('test/matrix/start-order/package.json')) as {
    dependencies: Record<string, string>;
  };
  const page = read('docs/start-order.md');
  const minor = (name: string) => dependencies[name]?.split('.').slice(0, 2).join('.');
  expect(page).toContain(
    `Versions: instrumentations and \`NodeSDK\` ${minor('@opentelemetry/sdk-node')}, dd-trace ${minor('dd-trace')}, ` +
      `openlit ${minor('openlit')}, \`@vercel/otel\` ${minor('@vercel/otel')}, \`@hono/otel\` ${minor('@hono/otel')}.`,
  );
});
