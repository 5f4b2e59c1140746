/** Bundles that contain the package, run in a folder without packages. The optional packages are not installed. */
import { bundle, esbuild, rollup, runAlone, twoBundles, vite, webpack, withoutOptionalPackage } from './bundle.mjs';

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
    const { stdout, stderr } = await context.bin('esbuild', [
      ...entries,
      ...options,
      '--out-extension:.js=.mjs',
      `--outdir=${out}`,
    ]);
    return runAlone(context, out, ['two-copies.mjs', 'start.mjs', 'record.mjs'], `${stdout}${stderr}`);
  },
  'esbuild, minified, two bundles in one process, ES modules': twoBundles('mjs', 'mjs'),
  'esbuild, minified, two bundles in one process, CommonJS': twoBundles('cjs', 'cjs'),
  'esbuild, minified, two bundles in one process, both formats': twoBundles('mjs', 'cjs'),
  'rollup, ES module': bundle(rollup, 'mjs', 'esm'),
  'rollup, ES module to CommonJS, minified': bundle(rollup, 'mjs', 'cjs', 'minified'),
  'rollup, optional packages external, no warnings': bundle(rollup, 'mjs', 'esm', 'silent'),
  'webpack, ES module, minified': bundle(webpack, 'mjs', 'esm', 'minified'),
  'webpack, ES module to CommonJS': bundle(webpack, 'mjs', 'cjs'),
  'webpack, CommonJS, minified': bundle(webpack, 'cjs', 'cjs', 'minified'),
  'webpack, ignoreWarnings, no warnings': bundle(webpack, 'mjs', 'esm', 'silent'),
  'vite, ES module': bundle(vite, 'mjs', 'esm'),
  'vite, ES module, minified': bundle(vite, 'mjs', 'esm', 'minified'),
  'vite, ES module to CommonJS, minified': bundle(vite, 'mjs', 'cjs', 'minified'),
  'esbuild, top-level await': bundle(esbuild, 'mjs', 'esm', 'top-level await'),
  'rollup, top-level await, chunks': bundle(rollup, 'mjs', 'esm', 'top-level await'),
  'webpack, top-level await': bundle(webpack, 'mjs', 'esm', 'top-level await'),
  'vite, top-level await': bundle(vite, 'mjs', 'esm', 'top-level await'),
  'esbuild, backend whose package is missing': withoutOptionalPackage(esbuild, 'cjs'),
  'rollup, backend whose package is missing': withoutOptionalPackage(rollup, 'esm'),
  'webpack, backend whose package is missing': withoutOptionalPackage(webpack, 'esm'),
};
