const { FILE, FORMAT, MINIFY, OUT, SOURCE } = process.env;

export default {
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: SOURCE,
    outDir: OUT,
    minify: MINIFY === 'true',
    rollupOptions: { output: { format: FORMAT, entryFileNames: FILE } },
  },
};
