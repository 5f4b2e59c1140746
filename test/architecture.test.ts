/** Rooms and what they may import: the table of the design, held against every file of the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

interface Rule {
  /** Rooms, or files of the root, that it may import from. */
  readonly ours: readonly string[];
  /** Packages and modules of Node; `types:` when only types may come from there. */
  readonly theirs: readonly string[];
}

const types = (...names: string[]) => names.map((name) => `types:${name}`);
const anyNode = 'node:*';
const api = '@opentelemetry/api';
const sdk = ['@opentelemetry/sdk-metrics', '@opentelemetry/resources'];
const ground = ['errors', 'model', 'version'];

/** By room; a room below `backends` and `packs`, or one that is named here, has a rule of its own. */
const rules: Readonly<Record<string, Rule>> = {
  errors: { ours: [], theirs: [] },
  version: { ours: [], theirs: [] },
  model: { ours: ['errors'], theirs: types(api, ...sdk) },
  catalogue: { ours: ['errors', 'model'], theirs: [api, ...types(...sdk)] },
  engine: { ours: ['errors', 'model', 'catalogue'], theirs: [api, ...types(...sdk)] },
  settings: { ours: ['errors', 'model'], theirs: [api, ...types(...sdk), 'types:yaml'] },
  backends: { ours: [...ground, 'backends/*'], theirs: [api, anyNode, ...types(...sdk), '@opentelemetry/core'] },
  naming: { ours: ['model'], theirs: [] },
  // What Prometheus reads, for every backend that writes it.
  'backends/exposition': { ours: [...ground, 'backends', 'naming'], theirs: types(api, ...sdk) },
  // What could not be delivered, on disk, for every backend that sends requests.
  'backends/spool': { ours: [...ground, 'backends'], theirs: [anyNode] },
  'backends/prometheus': {
    ours: [...ground, 'backends', 'backends/exposition', 'naming'],
    theirs: [api, anyNode, ...types(...sdk), 'bcryptjs', 'yaml', '@opentelemetry/exporter-prometheus'],
  },
  'backends/otlp': {
    ours: [...ground, 'backends', 'backends/spool'],
    theirs: [api, anyNode, ...types(...sdk), '@opentelemetry/otlp-transformer'],
  },
  'backends/pushgateway': {
    ours: [...ground, 'backends', 'backends/exposition', 'naming'],
    theirs: [api, anyNode, ...types(...sdk)],
  },
  'backends/datadog': {
    ours: [...ground, 'backends', 'backends/exposition', 'backends/spool', 'naming'],
    theirs: [api, anyNode, ...types(...sdk)],
  },
  'backends/console': { ours: [...ground, 'backends'], theirs: [api, anyNode, ...types(...sdk)] },
  // What several packs compute with.
  packs: { ours: ['errors', 'model', 'catalogue'], theirs: [] },
  'packs/agent': { ours: ['errors', 'catalogue', 'packs'], theirs: [] },
  'packs/benchmark': { ours: ['errors', 'model', 'catalogue', 'packs'], theirs: [] },
  'packs/gateway': { ours: ['errors', 'model', 'catalogue', 'packs'], theirs: [] },
  'packs/genai': { ours: ['errors', 'model', 'catalogue', 'packs'], theirs: ['@pydantic/genai-prices'] },
  'packs/http': { ours: ['errors', 'model', 'catalogue', 'packs'], theirs: [anyNode] },
  'packs/inference': { ours: ['errors', 'catalogue', 'packs'], theirs: [] },
  'packs/vision': { ours: ['errors', 'model', 'catalogue', 'packs'], theirs: ['node:util'] },
  start: {
    ours: [...ground, 'catalogue', 'engine', 'settings', 'backends', 'start'],
    theirs: [api, anyNode, '@opentelemetry/resources', ...types(...sdk), 'yaml', '@opentelemetry/configuration'],
  },
  testing: { ours: ['errors', 'model', 'naming', 'catalogue'], theirs: [] },
  // Runs whole backends, with a peer of its own.
  'testing/backend': { ours: ['errors', 'model', 'catalogue', 'start'], theirs: [anyNode] },
  register: { ours: ['start'], theirs: [anyNode] },
  index: { ours: [...ground, 'catalogue', 'settings', 'start'], theirs: [] },
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
  readonly typesOnly: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function roomOf(file: string): string {
  const parts = file.replace(/\.ts$/, '').split('/');
  const below = `${parts[0]}/${parts[1]}`;
  if (parts.length > 2 && (parts[0] === 'backends' || parts[0] === 'packs' || below in rules)) return below;
  return parts[0] as string;
}

/** Comments hold examples, which import what they like. */
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
  // A `typeof import()` beside a `require()` of the same package is the type of what is required.
  for (const match of code.matchAll(/\brequire\(\s*'([^']+)'\s*\)/g)) add(match[1] as string, false);
  for (const match of code.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)/g))
    add(match[2] as string, match[1] !== undefined);
  for (const match of code.matchAll(/getBuiltinModule\(([^)]*)\)/g)) {
    for (const name of (match[1] as string).matchAll(/'([^']+)'/g)) add(name[1] as string, false);
  }
  return found;
}

/** What is wrong with one import, if anything. */
function violation({ file, room, specifier, typesOnly }: Import): string | undefined {
  const rule = rules[room];
  if (rule === undefined) return `${file}: the room ${room} has no rule`;
  if (specifier.startsWith('.')) {
    const target = roomOf(relative(source, resolve(source, dirname(file), specifier)).replace(/\.js$/, '.ts'));
    const allowed =
      target === room ||
      rule.ours.some((name) => name === target || (name.endsWith('/*') && target.startsWith(name.slice(0, -1))));
    return allowed ? undefined : `${file}: ${room} imports ${target}`;
  }
  const names = [specifier, specifier.startsWith('node:') ? anyNode : specifier];
  const allowed = names.some(
    (name) => rule.theirs.includes(name) || (typesOnly && rule.theirs.includes(`types:${name}`)),
  );
  return allowed ? undefined : `${file}: ${room} imports ${specifier}${typesOnly ? ' (types)' : ''}`;
}

test('every room imports only what it may', () => {
  expect(files.flatMap(importsOf).map(violation).filter(Boolean)).toEqual([]);
});

test('the check finds what it looks for', () => {
  const wrong: Import[] = [
    { file: 'model/x.ts', room: 'model', specifier: '../catalogue/units.js', typesOnly: false },
    { file: 'catalogue/x.ts', room: 'catalogue', specifier: '@opentelemetry/sdk-metrics', typesOnly: false },
    { file: 'backends/otlp/x.ts', room: 'backends/otlp', specifier: '../prometheus/server.js', typesOnly: false },
    { file: 'packs/inference/x.ts', room: 'packs/inference', specifier: '../../start.js', typesOnly: true },
    { file: 'settings/x.ts', room: 'settings', specifier: 'node:fs', typesOnly: false },
    { file: 'utils/x.ts', room: 'utils', specifier: 'node:fs', typesOnly: false },
  ];
  expect(wrong.map(violation).filter(Boolean)).toHaveLength(wrong.length);
});

test('imports are found in all their forms', () => {
  const specifiers = new Set(files.flatMap(importsOf).map(({ specifier }) => specifier));
  for (const name of [
    'node:http',
    'node:zlib',
    'node:module',
    '@opentelemetry/sdk-metrics',
    '@opentelemetry/otlp-transformer',
  ]) {
    expect(specifiers).toContain(name);
  }
});

test('no file is longer than 350 lines', () => {
  const lengths = files.map((file) => [file, readFileSync(join(source, file), 'utf8').split('\n').length] as const);
  expect(lengths.filter(([, lines]) => lines > 350)).toEqual([]);
});

test('only the clock reads the time', () => {
  const readers = files.filter((file) => /\bDate\.now\(|\bperformance\.now\(|new Date\(\)|hrtime/.test(codeOf(file)));
  expect(readers).toEqual(['model/clock.ts']);
});

test('nothing awaits at the top level, so that require() of the package works', () => {
  expect(files.filter((file) => /^(?:const .*= )?await\s/m.test(codeOf(file)))).toEqual([]);
});

test('no folder or file has a name that says nothing', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|core|manager|base|misc)(\/|\.|-)/.test(file))).toEqual(
    [],
  );
});

test('comments, too, know no other project than this one', () => {
  const words = /\bTODO\b|\bFIXME\b|\bsession\b \d|\/home\/|\/root\//;
  expect(files.filter((file) => words.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
});
