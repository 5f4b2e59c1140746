/** The package as users install it: entry points by import and require, size and load time. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { backendKinds } from '../src/backends/table.js';
import { version } from '../src/version.js';
import { startApp, startNode } from './support/program.js';

/** Code and declarations of an entry point in one module format. */
interface Target {
  readonly types: string;
  readonly default: string;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, { import: Target; require: Target } | string>;
  peerDependencies: Record<string, string>;
  typesVersions: { '*': Record<string, string[]> };
  scripts: Record<string, string>;
};
const entryPoints = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ entryPoint: `otelier${path.slice(1)}`, target }],
);

test('the exported version matches package.json', () => {
  expect(version).toBe(manifest.version);
});

test.each(entryPoints)('$entryPoint has code and types in both module formats', ({ entryPoint, target }) => {
  const path = target.import.default.replace(/\.js$/, '');
  expect(path).toMatch(/^\.\/dist\//);
  expect(target).toEqual({
    import: { types: `${path}.d.ts`, default: `${path}.js` },
    require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  });
  for (const file of Object.values(target).flatMap((format) => Object.values(format))) {
    expect(readFileSync(`${root}/${file}`, 'utf8')).not.toBe('');
  }
  // `moduleResolution: node10` of TypeScript does not read `exports`.
  const subpath = entryPoint.slice('otelier/'.length);
  if (subpath !== '') expect(manifest.typesVersions['*'][subpath]).toEqual([`${path}.d.cts`]);
});

test('the declarations name no package except the OpenTelemetry API', () => {
  const files = readdirSync(`${root}/dist`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.d\.c?ts$/.test(name),
  );
  const packages = files.flatMap((file) => {
    const code = readFileSync(`${root}/dist/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    return [...code.matchAll(/(?:from|import\()\s*['"]([^.'"][^'"]*)['"]/g)].map(([, name]) => name);
  });
  expect([...new Set(packages)].sort()).toEqual(['@opentelemetry/api', 'node:http', 'node:stream']);
});

test('the code imports no package except the OpenTelemetry API and optional peers', () => {
  const files = readdirSync(`${root}/dist`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.c?js$/.test(name),
  );
  const packages = files.flatMap((file) => {
    const code = readFileSync(`${root}/dist/${file}`, 'utf8').replace(/^\s*\/\/.*$/gm, '');
    return [
      ...code.matchAll(/(?:\bfrom\s*|\bimport\s*|\bimport\(|\brequire\()['"`]((?:node:|@)?[\w-][\w./-]*)['"`]/g),
    ].map(([, name = '']) => name);
  });
  const foreign = packages.filter((name) => !name.startsWith('node:') && !isBuiltin(name));
  // The foundation SDK is imported by the paths of its modules.
  const names = new Set(
    foreign.map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
  expect([...names].sort()).toEqual(Object.keys(manifest.peerDependencies).sort());
});

test('no module of an application needs its own URL, which a bundle in CommonJS does not have', () => {
  const files = readdirSync(`${root}/dist`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const code = (name: string) => readFileSync(`${root}/dist/${name}`, 'utf8');
  expect(files.filter((name) => !name.startsWith('cli/') && code(name).includes('import.meta'))).toEqual([]);
});

test('every backend and every pack has an entry point', () => {
  for (const kind of ['backends', 'packs']) {
    const folders = readdirSync(`${root}/src/${kind}`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    // The kit is shared code of packs; the live view is part of the endpoint of `prometheus`.
    const parts = ['./packs/kit', './backends/live'];
    const names = folders.map(({ name }) => `./${kind}/${name}`).filter((name) => !parts.includes(name));
    expect(names.filter((name) => !Object.hasOwn(manifest.exports, name))).toEqual([]);
  }
});

test.each(['README.md', 'docs/glossary.md'])('%s lists every backend', (page) => {
  const text = readFileSync(`${root}/${page}`, 'utf8');
  expect(Object.keys(backendKinds).filter((name) => !new RegExp(`[/\`]${name}\``).test(text))).toEqual([]);
});

const off = { OTEL_METRICS_EXPORTER: 'none' };

test.each(entryPoints)('$entryPoint can be imported and required without a warning', async ({ entryPoint }) => {
  const imported = await startApp(
    `const exported = await import('${entryPoint}'); console.log(Object.keys(exported).join());`,
    off,
  ).end;
  const required = await startNode(
    [
      '--input-type=commonjs',
      '--eval',
      `console.log(Object.keys(require('${entryPoint}')).filter((name) => name !== '__esModule').join());`,
    ],
    off,
  ).end;
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(required).toMatchObject({ code: 0, stderr: '' });
  expect(required.stdout).toBe(imported.stdout);
});

test.each(['import', 'require'])('the package verifies a bcrypt password, loaded by %s', async (how) => {
  // A published test vector: the hash of "U*U".
  const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
  const load =
    how === 'import' ? 'await import' : "(await import('node:module')).createRequire(process.cwd() + '/x.js')";
  const source = `
    const { startMetrics } = ${load}('otelier');
    const { prometheus } = ${load}('otelier/backends/prometheus');
    const metrics = startMetrics({ backends: [prometheus({ port: 0, users: { alice: '${hash}' } })] });
    await metrics.ready;
    const { url } = metrics.status().backends[0];
    for (const password of ['U*U', 'other']) {
      const { status } = await fetch(url, { headers: { authorization: 'Basic ' + btoa('alice:' + password) } });
      console.log(status);
    }
    await metrics.shutdown();`;
  const { code, stdout, stderr } = await startApp(source, {}).end;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '200\n401\n', stderr: '' });
});

test.each(['import', 'require'])('the package reads a configuration file, loaded by %s', async (how) => {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-'));
  const file = join(folder, 'metrics.yaml');
  const endpoint = 'prometheus/development: { host: 127.0.0.1, port: 0 }';
  writeFileSync(file, `file_format: "1.0"\nmeter_provider:\n  readers:\n    - pull: { exporter: { ${endpoint} } }\n`);
  const load =
    how === 'import' ? 'await import' : "(await import('node:module')).createRequire(process.cwd() + '/x.js')";
  const source = `
    const { startMetrics } = ${load}('otelier');
    const metrics = startMetrics();
    await metrics.ready;
    console.log((await fetch(metrics.status().backends[0].url)).status);
    await metrics.shutdown();`;
  const { code, stdout, stderr } = await startApp(source, { OTEL_CONFIG_FILE: file }).end;
  rmSync(folder, { recursive: true });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '200\n', stderr: '' });
});

test('loading the package loads no SDK, no exporter and no HTTP module', async () => {
  const source = `
    const { createRequire } = await import('node:module');
    await import('otelier');
    const packages = Object.keys(createRequire(process.cwd() + '/x.js').cache).map((file) => /node_modules\\/(@[^/]+\\/[^/]+|[^/]+)/.exec(file)?.[1]);
    console.log([...new Set(packages)].join(), process.moduleLoadList.includes('NativeModule http'));`;
  const { code, stdout, stderr } = await startApp(source).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim()).toBe('@opentelemetry/api false');
});

test('loading the package takes less than 400 ms beyond the OpenTelemetry API', async () => {
  const source = `
    await import('@opentelemetry/api');
    const began = performance.now();
    await import('otelier');
    console.log(performance.now() - began);`;
  const times: number[] = [];
  for (let run = 0; run < 5; run++) times.push(Number((await startApp(source).end).stdout));
  // A coarse guard with room for a busy machine; the benchmarks measure the load time.
  expect(Math.min(...times)).toBeLessThan(400);
});

test('the tarball contains the build and the documents, within its size limit', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: root, encoding: 'utf8' }),
  ) as {
    size: number;
    files: { path: string }[];
  }[];
  const tops = new Set(packed?.files.map(({ path }) => path.split('/')[0]));
  expect([...tops].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  expect(packed?.size).toBeLessThan(900_000);
});

test('installation runs no scripts', () => {
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']) {
    expect(manifest.scripts).not.toHaveProperty(hook);
  }
});

test('the lock file contains no registry URLs and no install scripts, except of packages that only tests use', () => {
  const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { hasInstallScript?: true; dev?: true }> };
  const withScripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(withScripts.map(([name, { dev }]) => ({ name, dev }))).toEqual([
    { name: 'node_modules/koffi', dev: true },
    // Optional, of BullMQ.
    { name: 'node_modules/msgpackr-extract', dev: true },
  ]);
  expect(lock).not.toContain('"resolved"');
});
