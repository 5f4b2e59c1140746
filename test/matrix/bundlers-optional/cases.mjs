/** Bundles that contain an optional package: the stock exporter, or gRPC. */
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle, esbuild, webpack, withOptionalPackage } from '../bundlers/bundle.mjs';

const config = fileURLToPath(new URL('../bundlers/webpack.config.mjs', import.meta.url));

/** The optional packages are CommonJS and require modules of Node. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

export const cases = {
  'esbuild, CommonJS': withOptionalPackage(esbuild, 'cjs'),
  'esbuild, ES module with function require': withOptionalPackage(esbuildWithRequire, 'esm'),
  'esbuild, CommonJS, gRPC': bundle(grpc, 'mjs', 'cjs'),
  'esbuild, ES module with function require, gRPC': bundle(grpcWithRequire, 'mjs', 'esm'),
  webpack: (context) => {
    cpSync(config, context.path('webpack.config.mjs'));
    return withOptionalPackage(webpack, 'esm')(context);
  },
};

function esbuildWithRequire(context, options) {
  return esbuild(context, options, [`--banner:js=${banner}`]);
}

function grpc(context, options) {
  return esbuild(context, { ...options, source: 'program/grpc.mjs' });
}

function grpcWithRequire(context, options) {
  return esbuildWithRequire(context, { ...options, source: 'program/grpc.mjs' });
}
