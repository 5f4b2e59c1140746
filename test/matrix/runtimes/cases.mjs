/** Runtimes other than Node. */
const runtimes = {
  bun: { file: ['@oven', 'bun-linux-x64', 'bin', 'bun'], args: [], version: '1.4.5' },
  deno: {
    file: ['@deno', 'linux-x64-glibc', 'deno'],
    // Deno's cache of compiled code compares the length of a CommonJS file only: it would run the code of an earlier build.
    args: ['run', '--allow-all', '--no-code-cache'],
    version: '2.9.6',
  },
};

export const cases = Object.fromEntries(
  Object.entries(runtimes).flatMap(([name, { file, args, version }]) => [
    ...['mjs', 'cjs'].map((extension) => [
      `${name}, app.${extension}`,
      ({ program, path }) => program([...args, `program/app.${extension}`], { command: path('node_modules', ...file) }),
    ]),
    [
      `${name}, name of the runtime`,
      async ({ run, path }) => {
        const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
        const { stdout } = await run(path('node_modules', ...file), [...args, 'target.mjs'], { env });
        if (stdout.trim() !== `${name} ${version}`) throw new Error(`the resource names ${stdout}`);
        return stdout.trim();
      },
    ],
  ]),
);
