const { FILE, FORMAT, MINIFY, OUT, SOURCE } = process.env;

export default {
  mode: 'production',
  target: 'node',
  entry: `./${SOURCE}`,
  optimization: { minimize: MINIFY === 'true' },
  output: {
    path: OUT,
    filename: FILE,
    module: FORMAT === 'esm',
    chunkFormat: FORMAT === 'esm' ? 'module' : 'commonjs',
    library: { type: FORMAT === 'esm' ? 'module' : 'commonjs2' },
  },
};
