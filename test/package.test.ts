/** The package as users get it: its doors, by import and by require, its weight, and what it costs to load. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { version } from '../src/version.js';
import { startApp, startNode } from './support/program.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, { types: string; default: string } | string>;
  scripts: Record<string, string>;
};
const doors = Object.entries(manifest.exports).flatMap(([door, target]) =>
  typeof target === 'string' ? [] : [{ door: `otelier${door.slice(1)}`, target }],
);

test('the version that is sent is that of the package', () => {
  expect(version).toBe(manifest.version);
});

test.each(doors)('$door has code and types', ({ target }) => {
  expect(target.default).toMatch(/^\.\/dist\/.*\.js$/);
  expect(target.types).toBe(target.default.replace(/\.js$/, '.d.ts'));
  expect(readFileSync(`${root}/${target.types}`, 'utf8')).not.toBe('');
});

test('every backend and every pack has a door', () => {
  for (const kind of ['backends', 'packs']) {
    const folders = readdirSync(`${root}/src/${kind}`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    // The kit holds what several packs share, and is no pack.
    for (const { name } of folders.filter(({ name }) => name !== 'kit'))
      expect(Object.keys(manifest.exports)).toContain(`./${kind}/${name}`);
  }
});

const off = { OTEL_METRICS_EXPORTER: 'none' };

test.each(doors)('$door can be imported, and required from CommonJS, without a warning', async ({ door }) => {
  const imported = await startApp(`const door = await import('${door}'); console.log(Object.keys(door).join());`, off)
    .end;
  const required = await startNode(
    [
      '--input-type=commonjs',
      '--eval',
      `console.log(Object.keys(require('${door}')).filter((name) => name !== '__esModule').join());`,
    ],
    off,
  ).end;
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(required).toMatchObject({ code: 0, stderr: '' });
  expect(required.stdout).toBe(imported.stdout);
});

test('loading the package loads no SDK, no exporter and no HTTP', async () => {
  const source = `
    const { createRequire } = await import('node:module');
    await import('otelier');
    const packages = Object.keys(createRequire(process.cwd() + '/x.js').cache).map((file) => /node_modules\\/(@[^/]+\\/[^/]+|[^/]+)/.exec(file)?.[1]);
    console.log([...new Set(packages)].join(), process.moduleLoadList.includes('NativeModule http'));`;
  const { code, stdout, stderr } = await startApp(source).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim()).toBe('@opentelemetry/api false');
});

test('loading the package takes little over the OpenTelemetry API', async () => {
  const source = `
    await import('@opentelemetry/api');
    const began = performance.now();
    await import('otelier');
    console.log(performance.now() - began);`;
  const times: number[] = [];
  for (let run = 0; run < 5; run++) times.push(Number((await startApp(source).end).stdout));
  // A guard against the gross, with room for a machine that does other things; figures belong to the benchmarks.
  expect(Math.min(...times)).toBeLessThan(400);
});

test('what is packed is the build and the documents, within its weight', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: root, encoding: 'utf8' }),
  ) as {
    size: number;
    files: { path: string }[];
  }[];
  const tops = new Set(packed?.files.map(({ path }) => path.split('/')[0]));
  expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
  expect(packed?.size).toBeLessThan(700_000);
});

test('nothing runs when the package is installed', () => {
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']) {
    expect(manifest.scripts).not.toHaveProperty(hook);
  }
});

test('the lock file names no machine and no scripts', () => {
  const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
  expect(lock).not.toContain('"hasInstallScript"');
  expect(lock).not.toContain('"resolved"');
});
