/** The rooms of `src/` and their permitted imports, checked against every source file. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { anyNode, hasPanels, rules } from './support/rooms.js';

const source = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
  readonly typesOnly: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

function roomOf(file: string): string {
  const parts = file.replace(/\.tsx?$/, '').split('/');
  if (parts.length > 2 && ['backends', 'collectors', 'packs'].includes(parts[0] as string))
    return `${parts[0]}/${parts[1]}`;
  return parts[0] as string;
}

/** Returns the code of a file without comments, because examples in comments may import anything. */
function codeOf(file: string): string {
  return readFileSync(join(source, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

function importsOf(file: string): Import[] {
  const code = codeOf(file);
  const found: Import[] = [];
  const add = (specifier: string, typesOnly: boolean) => found.push({ file, room: roomOf(file), specifier, typesOnly });
  for (const match of code.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g,
  )) {
    add(match[2] as string, match[1] !== undefined);
  }
  // `typeof import()` imports only types.
  for (const match of code.matchAll(/\brequire\(\s*'([^']+)'\s*\)/g)) add(match[1] as string, false);
  for (const match of code.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)/g))
    add(match[2] as string, match[1] !== undefined);
  for (const match of code.matchAll(/getBuiltinModule\(([^)]*)\)/g)) {
    for (const name of (match[1] as string).matchAll(/'([^']+)'/g)) add(name[1] as string, false);
  }
  return found;
}

/** Returns the imported file, relative to `src`. */
function targetOf(file: string, specifier: string): string {
  return relative(source, resolve(source, dirname(file), specifier)).replace(/\.js$/, '.ts');
}

/** Returns the rule that an import breaks; `undefined` for a permitted import. */
function violation({ file, room, specifier, typesOnly }: Import): string | undefined {
  const rule = rules[room];
  if (rule === undefined) return `${file}: the room ${room} has no rule`;
  if (specifier.startsWith('.')) {
    const target = roomOf(targetOf(file, specifier));
    const allowed =
      target === room ||
      target === 'version' ||
      rule.ours.some(
        (name) =>
          name === target ||
          (name.endsWith('/*') && target.startsWith(name.slice(0, -1))) ||
          (typesOnly && name === `types:${target}`),
      );
    return allowed ? undefined : `${file}: ${room} imports ${target}`;
  }
  const names = [specifier, specifier.startsWith('node:') ? anyNode : specifier];
  const allowed = names.some(
    (name) =>
      rule.theirs.includes(name) ||
      rule.theirs.some((their) => their.endsWith('/*') && name.startsWith(their.slice(0, -1))) ||
      (typesOnly && rule.theirs.includes(`types:${name}`)),
  );
  return allowed ? undefined : `${file}: ${room} imports ${specifier}${typesOnly ? ' (types)' : ''}`;
}

test('every room imports only what its rule permits', () => {
  expect(files.flatMap(importsOf).map(violation).filter(Boolean)).toEqual([]);
});

test('of packs and collectors, only dashboards and alerts import panels, and of packs only these import collectors', () => {
  const shown = /^(?:packs|collectors)\/[^/]+\/(?:dashboard|alerts|queries)(?:[-.][^/]*|\/.*)$/;
  const wrong = files
    .filter((file) => /^(?:packs|collectors)\//.test(file) && !shown.test(file))
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter(({ file, specifier, typesOnly }) => {
      const target = roomOf(targetOf(file, specifier));
      return target === 'panels' || (file.startsWith('packs/') && target.startsWith('collectors') && !typesOnly);
    });
  expect(wrong).toEqual([]);
});

test('the check detects forbidden imports', () => {
  const wrong: Import[] = [
    { file: 'model/x.ts', room: 'model', specifier: '../catalogue/ucum.js', typesOnly: false },
    { file: 'catalogue/x.ts', room: 'catalogue', specifier: '@opentelemetry/sdk-metrics', typesOnly: false },
    { file: 'backends/otlp/x.ts', room: 'backends/otlp', specifier: '../prometheus/reader.js', typesOnly: false },
    { file: 'backends/otlp/x.ts', room: 'backends/otlp', specifier: '../../engine/meter.js', typesOnly: true },
    { file: 'delivery/x.ts', room: 'delivery', specifier: '../formats/otlp/encoder.js', typesOnly: true },
    { file: 'formats/x.ts', room: 'formats', specifier: '../delivery/contract.js', typesOnly: true },
    { file: 'packs/inference/x.ts', room: 'packs/inference', specifier: '../../start.js', typesOnly: true },
    { file: 'packs/agent/x.ts', room: 'packs/agent', specifier: '../../delivery/contract.js', typesOnly: false },
    { file: 'engine/x.ts', room: 'engine', specifier: 'node:fs', typesOnly: false },
    { file: 'settings/x.ts', room: 'settings', specifier: 'node:fs', typesOnly: false },
    { file: 'utils/x.ts', room: 'utils', specifier: 'node:fs', typesOnly: false },
  ];
  expect(wrong.map(violation).filter(Boolean)).toHaveLength(wrong.length);
});

test('only dashboards, alerts and queries of packs and collectors load panels', () => {
  const wrong = files
    .filter((file) => /^(?:packs|collectors)\//.test(file) && !hasPanels.test(file))
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ file, specifier }) => [file, targetOf(file, specifier)] as const)
    .filter(([, target]) => roomOf(target) === 'panels' || hasPanels.test(target));
  expect(wrong).toEqual([]);
});

test('of packs, only dashboards and alerts load collectors', () => {
  const wrong = files
    .filter((file) => file.startsWith('packs/') && !hasPanels.test(file))
    .flatMap(importsOf)
    .filter(({ specifier, typesOnly }) => specifier.startsWith('.') && !typesOnly)
    .filter(({ file, specifier }) => targetOf(file, specifier).startsWith('collectors/'));
  expect(wrong).toEqual([]);
});

test('no import cycle exists, type-only imports included', () => {
  expect(cyclesIn(importGraph())).toEqual([]);
});

test('the cycle check detects cycles', () => {
  expect(
    cyclesIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b -> c -> b']);
});

/** Returns the imported files of every file. */
function importGraph(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    files.map((file) => [
      file,
      importsOf(file).flatMap(({ specifier }) => (specifier.startsWith('.') ? [targetOf(file, specifier)] : [])),
    ]),
  );
}

/** Returns one cycle through each edge that closes one, as `a -> b -> a`. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const index = path.indexOf(file);
    if (index !== -1) found.push([...path.slice(index), file].join(' -> '));
    if (index !== -1 || finished.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

test('the check finds all forms of imports', () => {
  const specifiers = new Set(files.flatMap(importsOf).map(({ specifier }) => specifier));
  for (const name of ['node:http', 'node:zlib', 'node:module', '@opentelemetry/api', '@opentelemetry/resources']) {
    expect(specifiers).toContain(name);
  }
});

test('no file is longer than 350 lines', () => {
  const lengths = files.map((file) => [file, readFileSync(join(source, file), 'utf8').split('\n').length] as const);
  expect(lengths.filter(([, lines]) => lines > 350)).toEqual([]);
});

test('only the clock reads the time', () => {
  const readers = files.filter((file) => /\bDate\.now\(|\bperformance\.now\(|new Date\(\)|hrtime/.test(codeOf(file)));
  expect(readers).toEqual(['model/clock.ts', 'page/clock.ts']);
});

test('no module decides by a class name or hides an import from bundlers', () => {
  const hidden = /constructor\.name|import\.meta|\brequire\(|\bimport\((?!'[^']+'\))/;
  const library = files.filter((file) => roomOf(file) !== 'cli');
  expect(library.filter((file) => hidden.test(codeOf(file).replace(/`(?:\\.|[^`\\])*`/g, '')))).toEqual([]);
});

test('diagnostics do not depend on the copy of the API, which may ignore an older registration', () => {
  const direct = files.filter((file) => /import \{[^}]*\bdiag\b[^}]*\} from '@opentelemetry\/api'/.test(codeOf(file)));
  expect(direct).toEqual(['start/diagnostics.ts']);
});

test('no module uses top-level await, which would break require()', () => {
  const library = files.filter((file) => roomOf(file) !== 'cli');
  expect(library.filter((file) => /^(?:const .*= )?await\s/m.test(codeOf(file)))).toEqual([]);
});

test('no folder or file has a generic name', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|core|manager|base|misc)(\/|\.|-)/.test(file))).toEqual(
    [],
  );
});

test('sources contain no TODO and no machine paths', () => {
  const words = /\bTODO\b|\bFIXME\b|\bsession\b \d|\/home\/|\/root\//;
  expect(files.filter((file) => words.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
});
