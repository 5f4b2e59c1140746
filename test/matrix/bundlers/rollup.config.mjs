import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

const { CHUNKS, FILE, FORMAT, MINIFY, OUT, SILENT, SOURCE } = process.env;

export default {
  input: SOURCE,
  external:
    SILENT === 'true'
      ? [
          '@grpc/grpc-js',
          '@opentelemetry/configuration',
          '@opentelemetry/exporter-prometheus',
          '@opentelemetry/host-metrics',
          '@pydantic/genai-prices',
          'koffi',
        ]
      : [],
  plugins: [nodeResolve({ preferBuiltins: true }), commonjs()],
  output: {
    dir: OUT,
    format: FORMAT,
    entryFileNames: FILE,
    inlineDynamicImports: CHUNKS !== 'true',
    plugins: MINIFY === 'true' ? [terser()] : [],
  },
};
