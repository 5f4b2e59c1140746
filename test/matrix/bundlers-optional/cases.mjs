/** Bundles that contain an optional package. */
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { esbuild, webpack, withOptionalPackage } from '../bundlers/bundle.mjs';

const config = fileURLToPath(new URL('../bundlers/webpack.config.mjs', import.meta.url));

/** The optional package is CommonJS and requires modules of Node. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

export const cases = {
  'esbuild, CommonJS': withOptionalPackage(esbuild, 'cjs'),
  'esbuild, ES module with function require': withOptionalPackage(esbuildWithRequire, 'esm'),
  webpack: (context) => {
    cpSync(config, context.path('webpack.config.mjs'));
    return withOptionalPackage(webpack, 'esm')(context);
  },
};

function esbuildWithRequire(context, options) {
  return esbuild(context, options, [`--banner:js=${banner}`]);
}
