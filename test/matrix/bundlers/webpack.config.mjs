const { FILE, FORMAT, MINIFY, OUT, SILENT, SOURCE } = process.env;

export default {
  mode: 'production',
  target: 'node',
  entry: `./${SOURCE}`,
  optimization: { minimize: MINIFY === 'true' },
  ignoreWarnings: SILENT === 'true' ? [{ module: /otelier/, message: /Can't resolve/ }] : [],
  output: {
    path: OUT,
    filename: FILE,
    module: FORMAT === 'esm',
    chunkFormat: FORMAT === 'esm' ? 'module' : 'commonjs',
    library: { type: FORMAT === 'esm' ? 'module' : 'commonjs2' },
  },
};
