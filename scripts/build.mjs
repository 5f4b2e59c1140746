/**
 * Builds the package into `dist/`: one ES module and one CommonJS file per entry point, shared chunks, types, licenses.
 *
 * The command is an ES module only. `dist/dashboards/` receives the dashboards of packs and collectors as JSON.
 * `build/modules/` receives the same code file by file, for benchmarks and scripts that measure or read single modules.
 * Bundled into the package: everything except `@opentelemetry/api` and the optional peers.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { breakLines } from './break-lines.mjs';
import { packagesOfPage } from './build-page.mjs';
import { forgetBuilt } from './built-inputs.mjs';
import { builtPage } from './built-page.mjs';
import { lazyYaml, yamlChunk, yamlText } from './lazy-yaml.mjs';
import { lightBuiltins } from './light-builtins.mjs';
import { liveChunk, oneLive } from './one-live.mjs';
import { sourceText } from './source-text.mjs';
import { withoutRequire } from './without-require.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { exports: entryPoints, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Names of the entry points: their paths in `dist/` and `src/`, without an extension. */
const names = Object.values(entryPoints)
  .filter((target) => typeof target !== 'string')
  .map((target) => target.import.default.replace(/^\.\/dist\/|\.js$/g, ''));
/** Entry points that programs use while they are developed. Their CommonJS form loads the ES module. */
const designTime = ['panels/index', 'dashboards/index'];
/** The command, which has no types and no CommonJS form. */
const command = 'cli/index';
/** Optional peers and all their paths. */
const external = Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`));
const inputs = (folder, extension) =>
  Object.fromEntries(names.map((name) => [name, join(root, folder, `${name}${extension}`)]));

const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);
forgetBuilt();
rmSync(join(root, 'dist'), { recursive: true, force: true });

const options = (format) => ({
  input: inputs('src', '.ts'),
  cwd: root,
  platform: 'node',
  external,
  // The ES modules of OpenTelemetry's packages can be bundled without `require`.
  resolve: { mainFields: ['module', 'main'] },
  plugins: [
    sourceText,
    lazyYaml(format),
    lightBuiltins,
    withoutRequire,
    builtPage,
    ...(format === 'cjs' ? [oneLive] : []),
  ],
  tsconfig: false,
});
/** Packages whose code is bundled; these are included as texts, which the bundler does not see. */
const bundled = new Set(['bcryptjs', 'yaml', ...packagesOfPage]);
const groups = await chunkGroups();
for (const [format, extension] of [
  ['esm', 'js'],
  ['cjs', 'cjs'],
]) {
  const ofFormat = options(format);
  for (const name of designTime) if (format === 'cjs') delete ofFormat.input[name];
  if (format === 'esm') {
    ofFormat.input[command] = join(root, 'src', `${command}.ts`);
    ofFormat.input[`chunks/${liveChunk.replace('.js', '')}`] = join(root, 'src/backends/live/index.ts');
  }
  const bundle = await rolldown(ofFormat);
  await bundle.write({
    dir: 'dist',
    format,
    entryFileNames: `[name].${extension}`,
    // No hash of the content: it would change every file that imports a chunk, in each release.
    chunkFileNames: (chunk) => `chunks/${chunkName(chunk)}.${extension}`,
    codeSplitting: { groups },
    // Names of functions and classes stay and each statement gets a line, so that stack traces can be read: there are no
    // source maps.
    minify: { compress: true, mangle: { toplevel: true, keepNames: { function: true, class: true } } },
    comments: false,
  });
}
for (const name of readdirSync(join(root, 'dist'), { recursive: true })) {
  const file = join(root, 'dist', name);
  if (/\.c?js$/.test(name)) writeFileSync(file, breakLines(name, readFileSync(file, 'utf8')));
}
writeFileSync(join(root, 'dist/chunks', yamlChunk), await yamlText());
for (const name of designTime) {
  writeFileSync(join(root, 'dist', `${name}.cjs`), `module.exports = require('./${basename(name)}.js');\n`);
}
chmodSync(join(root, 'dist', `${command}.js`), 0o755);
await writeTypes();
await writeDashboards();
writeLicenses();

/** Returns a name that tells where a chunk comes from: each backend has a module `open`. */
function chunkName({ name, facadeModuleId }) {
  return name === 'open' ? `${basename(dirname(facadeModuleId))}-open` : name;
}

/**
 * Groups the modules that the root imports into two chunks, because each further file costs the root import about a
 * millisecond: the engine, which is also an entry point, and the rest.
 */
async function chunkGroups() {
  const imports = new Map();
  const readImports = {
    name: 'read-imports',
    moduleParsed({ id, importedIds }) {
      imports.set(id, importedIds);
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(id) ?? [];
      if (name !== undefined) bundled.add(name);
    },
  };
  const ofFormat = options('esm');
  const bundle = await rolldown({ ...ofFormat, plugins: [...ofFormat.plugins, readImports] });
  await bundle.generate({ format: 'esm' });
  const reachable = (id, found = new Set()) => {
    if (!imports.has(id) || found.has(id)) return found;
    found.add(id);
    for (const imported of imports.get(id)) reachable(imported, found);
    return found;
  };
  const engine = reachable(ofFormat.input['engine/index']);
  const rest = reachable(ofFormat.input.index);
  return [
    { name: 'engine', test: (id) => engine.has(id), priority: 2 },
    { name: 'core', test: (id) => rest.has(id), priority: 1 },
  ];
}

/**
 * Writes the declarations: complete ones for CommonJS, and for ES modules one line each that exports those of CommonJS.
 * Both module formats then have the same types, and each file has the format that TypeScript expects.
 */
async function writeTypes() {
  const bundle = await rolldown({
    input: inputs('build/modules', '.d.ts'),
    external: [/^[^./]/],
    plugins: [dts({ dtsInput: true, tsconfig: false })],
    tsconfig: false,
  });
  await bundle.write({
    dir: join(root, 'dist'),
    format: 'esm',
    entryFileNames: '[name].d.cts',
    chunkFileNames: 'chunks/[name].d.cts',
    // Timers and metrics can be used with `using`; the bundler drops the references of the single files.
    banner: '/// <reference lib="esnext.disposable" />',
  });
  for (const name of names) {
    writeFileSync(join(root, 'dist', `${name}.d.ts`), `export * from './${name.split('/').at(-1)}.cjs';\n`);
  }
}

/** Renders the dashboards of packs and collectors, so that their users do not need the foundation SDK. */
async function writeDashboards() {
  const modules = (name) => import(pathToFileURL(join(root, 'build/modules', name)).href);
  const { shipped } = await modules('dashboards/index.js');
  const { grafanaDashboard } = await modules('generate/grafana/dashboard.js');
  const { loadFoundationSdk } = await modules('generate/grafana/sdk.js');
  const sdk = await loadFoundationSdk();
  mkdirSync(join(root, 'dist/dashboards'), { recursive: true });
  for (const [name, { dashboard }] of Object.entries(shipped)) {
    writeFileSync(join(root, 'dist/dashboards', `${name}.json`), JSON.stringify(grafanaDashboard(sdk, dashboard())));
  }
}

/** Writes the licenses of the bundled packages. Packages with the license of this one refer to its text. */
function writeLicenses() {
  const { license: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const parts = [...bundled].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { license, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = license === own ? 'See LICENSE.' : readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
    return `${name} ${version}, ${license}\n\n${text}\n`;
  });
  writeFileSync(join(root, 'dist', 'THIRD_PARTY_LICENSES.txt'), parts.join(`\n${'-'.repeat(72)}\n\n`));
}
