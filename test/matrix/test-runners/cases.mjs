/** Test runners, which load modules in their own ways and again for each test file. */
export const cases = {
  'Jest without configuration, CommonJS': runner('jest', ['jest-commonjs', '--runInBand']),
  'Jest, ES modules': runner('jest', ['jest-esm', '--transform={}'], { NODE_OPTIONS: '--experimental-vm-modules' }),
  Vitest: runner('vitest', ['run', '--dir=vitest']),
  'Vitest, package transformed by Vite': runner('vitest', ['run', '--dir=vitest', '--config=vitest-inline.config.mjs']),
};

function runner(name, args, env = {}) {
  return async ({ bin, resultIn }) => {
    const { stdout, stderr } = await bin(name, args, { env: { ...endpoint, ...env } });
    const printed = `${stdout}${stderr}`;
    if (/\[otelier\]|did not exit|open handle/.test(printed))
      throw new Error(`the runner printed a warning:\n${printed}`);
    return resultIn(printed);
  };
}

const endpoint = {
  OTEL_SERVICE_NAME: 'matrix',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
};
