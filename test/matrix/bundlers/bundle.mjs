/** Cases that bundle a program and run the bundle in a folder without packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const stock = { OTELIER_PROMETHEUS_STOCK: 'true' };

/**
 * Returns a case that bundles the common program with `tool`.
 *
 * @param setting `minified`, `silent` for the settings in docs/bundlers.md that silence warnings, or `top-level await`.
 */
export function bundle(tool, sourceExtension, format, setting) {
  return async (context) => {
    const name = [tool.name, sourceExtension, format, setting].filter(Boolean).join('-');
    const file = `app.${extensionOf(format)}`;
    const waits = setting === 'top-level await';
    const source = `program/app${waits ? '-await' : ''}.${sourceExtension}`;
    const out = context.output(name.replace(' ', '-'));
    const silent = setting === 'silent';
    const minify = setting === 'minified';
    const printed = await tool(context, { source, file, format, out, minify, silent, chunks: waits });
    return runAlone(context, out, [file], silent ? printed : withoutExpectedWarnings(context, printed));
  };
}

/** Each of the two modules becomes a bundle with its own copy of the package and of the API. */
export function twoBundles(startExtension, recordExtension) {
  return async (context) => {
    const out = context.output(`two-${startExtension}-${recordExtension}`);
    const files = [`start.${startExtension}`, `record.${recordExtension}`];
    for (const file of files) {
      const format = file.endsWith('.mjs') ? 'esm' : 'cjs';
      await esbuild(context, { source: `program/${file}`, file, format, out, minify: true });
    }
    await esbuild(context, { source: 'program/two-copies.mjs', file: 'main.mjs', format: 'esm', out, minify: true });
    return runAlone(context, out, ['main.mjs', ...files], '');
  };
}

/** Returns a case that bundles an installed optional package, which the environment selects. */
export function withOptionalPackage(tool, format) {
  return async (context) => {
    const { out, file } = await bundleStock(context, tool, format);
    return context.alone(out, (cwd) => context.program([file], { cwd, env: stock }));
  };
}

/** Returns a case that bundles without the optional package that the environment selects. */
export function withoutOptionalPackage(tool, format) {
  return async (context) => {
    const { out, file } = await bundleStock(context, tool, format);
    const { stdout, stderr } = await context.alone(out, (cwd) => context.runProgram([file], { cwd, env: stock }));
    const message =
      /^\[otelier\] warn: .*npm install @opentelemetry\/exporter-prometheus.*; prometheus is disabled.*\n$/;
    if (!message.test(stderr)) throw new Error(`expected one message that the backend is disabled, got:\n${stderr}`);
    const { state } = JSON.parse(stdout);
    if (state !== 'failing') throw new Error(`the state of the backend is "${state}"`);
    return 'one message';
  };
}

async function bundleStock(context, tool, format) {
  const out = context.output(`stock-${tool.name}-${format}`);
  const file = `stock.${extensionOf(format)}`;
  await tool(context, { source: 'program/stock.mjs', file, format, out, minify: false });
  return { out, file };
}

/** Runs a bundle in a folder without packages. Fails if the bundler printed a warning. */
export async function runAlone({ program, alone }, out, args, printed) {
  const result = await alone(out, (cwd) => program(args, { cwd }));
  if (/warn|\(!\)/i.test(printed)) throw new Error(`the bundle works, but the bundler printed warnings:\n${printed}`);
  return result;
}

/** Removes the warnings of webpack and rollup that an optional package is not installed. */
export function withoutExpectedWarnings({ path }, printed) {
  const { peerDependenciesMeta } = JSON.parse(readFileSync(path('node_modules', 'otelier', 'package.json'), 'utf8'));
  const names = Object.keys(peerDependenciesMeta).join('|');
  const patterns = [
    // webpack
    `^WARNING in \\./node_modules/otelier/dist/.*\\nModule not found: Error: Can't resolve '(${names})' in .*\\n( @ .*\\n)*`,
    '^\\d+ warnings? ha(s|ve) detailed information that is not shown\\.\\n',
    ' compiled with \\d+ warnings? in',
    // rollup
    `^(${names}) \\(imported by .*\\n`,
    '^\\(!\\) Unresolved dependencies\\n.*#warning-treating-module-as-external-dependency\\n(?=created )',
  ];
  return patterns.reduce((text, pattern) => text.replace(new RegExp(pattern, 'gm'), ''), printed);
}

export async function esbuild({ bin }, { source, file, format, out, minify }, more = []) {
  const options = [...more, '--bundle', '--platform=node', `--format=${format}`, `--outfile=${join(out, file)}`];
  return allOf(await bin('esbuild', [source, ...options, ...(minify ? ['--minify'] : [])]));
}

export function rollup(context, options) {
  return bundleByConfig(context, 'rollup', ['--config', 'rollup.config.mjs'], options);
}

export function webpack(context, options) {
  return bundleByConfig(context, 'webpack', [], options);
}

export function vite(context, options) {
  return bundleByConfig(context, 'vite', ['build'], options);
}

/** Runs a tool that has a configuration file. Returns what the tool printed. */
async function bundleByConfig({ bin }, tool, args, { source, file, format, out, minify, silent, chunks = false }) {
  const env = { SOURCE: source, FILE: file, FORMAT: format, OUT: out };
  Object.assign(env, { MINIFY: `${minify}`, SILENT: `${silent}`, CHUNKS: `${chunks}` });
  return allOf(await bin(tool, args, { env }));
}

function allOf({ stdout, stderr }) {
  return `${stdout}${stderr}`;
}

function extensionOf(format) {
  return format === 'esm' ? 'mjs' : 'cjs';
}
