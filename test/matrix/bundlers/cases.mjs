/** Bundles that contain the package, run in a folder without packages. */
import { join } from 'node:path';

export const cases = {
  'esbuild, ES module': bundle(esbuild, 'mjs', 'esm'),
  'esbuild, ES module, minified': bundle(esbuild, 'mjs', 'esm', 'minified'),
  'esbuild, ES module to CommonJS, minified': bundle(esbuild, 'mjs', 'cjs', 'minified'),
  'esbuild, CommonJS': bundle(esbuild, 'cjs', 'cjs'),
  'esbuild, CommonJS, minified': bundle(esbuild, 'cjs', 'cjs', 'minified'),
  'esbuild, split into chunks, minified': async (context) => {
    const out = context.output('split');
    const entries = ['two-copies', 'start', 'record'].map((name) => `program/${name}.mjs`);
    const options = ['--bundle', '--splitting', '--minify', '--platform=node', '--format=esm'];
    const printed = await context.bin('esbuild', [
      ...entries,
      ...options,
      '--out-extension:.js=.mjs',
      `--outdir=${out}`,
    ]);
    return runAlone(context, out, ['two-copies.mjs', 'start.mjs', 'record.mjs'], printed);
  },
  'esbuild, minified, two bundles in one process, ES modules': twoBundles('mjs', 'mjs'),
  'esbuild, minified, two bundles in one process, CommonJS': twoBundles('cjs', 'cjs'),
  'esbuild, minified, two bundles in one process, both formats': twoBundles('mjs', 'cjs'),
  'rollup, ES module': bundle(rollup, 'mjs', 'esm'),
  'rollup, ES module to CommonJS, minified': bundle(rollup, 'mjs', 'cjs', 'minified'),
  'webpack, ES module, minified': bundle(webpack, 'mjs', 'esm', 'minified'),
  'webpack, ES module to CommonJS': bundle(webpack, 'mjs', 'cjs'),
  'webpack, CommonJS, minified': bundle(webpack, 'cjs', 'cjs', 'minified'),
  'vite, ES module': bundle(vite, 'mjs', 'esm'),
  'vite, ES module, minified': bundle(vite, 'mjs', 'esm', 'minified'),
  'vite, ES module to CommonJS, minified': bundle(vite, 'mjs', 'cjs', 'minified'),
};

/** Returns a case that bundles the common program with `tool`. */
function bundle(tool, sourceExtension, format, minified) {
  return async (context) => {
    const name = [tool.name, sourceExtension, format, minified].filter(Boolean).join('-');
    const out = context.output(name);
    const file = `app.${extensionOf(format)}`;
    const source = `program/app.${sourceExtension}`;
    const printed = await tool(context, { source, file, format, out, minify: minified !== undefined });
    return runAlone(context, out, [file], printed);
  };
}

/** Each of the two modules becomes a bundle with its own copy of the package and of the API. */
function twoBundles(startExtension, recordExtension) {
  return async (context) => {
    const out = context.output(`two-${startExtension}-${recordExtension}`);
    const files = [`start.${startExtension}`, `record.${recordExtension}`];
    for (const file of files) {
      const format = file.endsWith('.mjs') ? 'esm' : 'cjs';
      await esbuild(context, { source: `program/${file}`, file, format, out, minify: true });
    }
    await esbuild(context, { source: 'program/two-copies.mjs', file: 'main.mjs', format: 'esm', out, minify: true });
    return runAlone(context, out, ['main.mjs', ...files], { stdout: '', stderr: '' });
  };
}

/** Runs a bundle in a folder without packages. Fails if the bundler printed a warning. */
async function runAlone({ program, alone }, out, args, { stdout, stderr }) {
  const result = await alone(out, (cwd) => program(args, { cwd }));
  const printed = `${stdout}${stderr}`;
  if (/warn|\(!\)/i.test(printed)) throw new Error(`the bundle works, but the bundler printed warnings:\n${printed}`);
  return result;
}

function esbuild({ bin }, { source, file, format, out, minify }) {
  const options = ['--bundle', '--platform=node', `--format=${format}`, `--outfile=${join(out, file)}`];
  return bin('esbuild', [source, ...options, ...(minify ? ['--minify'] : [])]);
}

function rollup(context, options) {
  return bundleByConfig(context, 'rollup', ['--config', 'rollup.config.mjs'], options);
}

function webpack(context, options) {
  return bundleByConfig(context, 'webpack', [], options);
}

function vite(context, options) {
  return bundleByConfig(context, 'vite', ['build'], options);
}

/** Runs a tool that has a configuration file. */
function bundleByConfig({ bin }, tool, args, { source, file, format, out, minify }) {
  const env = { SOURCE: source, FILE: file, FORMAT: format, OUT: out, MINIFY: minify ? 'true' : 'false' };
  return bin(tool, args, { env });
}

function extensionOf(format) {
  return format === 'esm' ? 'mjs' : 'cjs';
}
