/** Tests against real servers, started by scripts/test-servers.mjs. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/servers/**/*.test.ts'],
    // Ports are found free and then taken: two files at once could find the same one.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Shows every skipped test, with its reason.
    reporters: ['verbose', ['json', { outputFile: 'build/results/servers.json' }]],
  },
});
