/** The tests of `npm run test:slow`: floods, long faults and the tests of the benchmarks. */
import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

const { test, ...rest } = config;
export default mergeConfig(
  defineConfig(rest),
  defineConfig({
    test: {
      ...test,
      include: ['test/**/*.slow.test.ts'],
      exclude: ['test/servers/**', 'test/matrix/**'],
      // Floods compute all the time: more workers than cores would only slow each other down.
      maxWorkers: 2,
      testTimeout: 120_000,
      reporters: ['default', ['json', { outputFile: 'build/results/slow.json' }]],
    },
  }),
);
