/** The tests of `npm run test:fast`: those of `npm test` without child processes, floods and outages. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

const root = dirname(fileURLToPath(import.meta.url));
/** Tests without process-wide state share their modules: loading modules again costs most of the time. */
const withoutState = [
  'test/{backends,catalogue,delivery,engine,formats,model,naming,testing}/**/*.test.ts',
  // Pack `http` listens on diagnostics channels, which belong to the process.
  'test/packs/!(http-)*.test.ts',
];

const { test: { include = [], exclude = [], ...settings } = {}, ...rest } = config;
/** Floods keep a core busy; outages wait for several intervals. */
const floodsAndOutages = ['test/engine/flood.test.ts', 'test/delivery/faults*.test.ts'];

const excluded = [...exclude, ...floodsAndOutages, ...testsWithProcesses()];
export default defineConfig({
  ...rest,
  test: {
    ...settings,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'shared', include: withoutState, exclude: excluded, isolate: false } },
      { extends: true, test: { name: 'isolated', include, exclude: [...excluded, ...withoutState] } },
    ],
  },
});

/** Returns the test files that import `node:child_process`, directly or through other files of `test/`. */
function testsWithProcesses(): string[] {
  return readdirSync(resolve(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => resolve(root, 'test', name))
    .filter((file) => startsProcesses(file))
    .map((file) => relative(root, file));
}

function startsProcesses(file: string, visited = new Set<string>()): boolean {
  if (visited.has(file)) return false;
  visited.add(file);
  const code = readFileSync(file, 'utf8');
  if (code.includes("from 'node:child_process'")) return true;
  return [...code.matchAll(/(?:from|import) '(\.[^']+)'/g)]
    .map(([, specifier = '']) => resolve(dirname(file), specifier.replace(/\.js$/, '.ts')))
    .some((imported) => imported.startsWith(resolve(root, 'test')) && startsProcesses(imported, visited));
}
