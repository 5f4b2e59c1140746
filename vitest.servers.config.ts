/** The tests of `npm run test:servers`: against real servers, which scripts/test-servers.mjs locates. */
import { defineConfig } from 'vitest/config';
import { sourceText } from './scripts/source-text.mjs';

export default defineConfig({
  plugins: [sourceText],
  test: {
    include: ['test/servers/**/*.test.ts'],
    // A server listens some time after its port was found free: parallel files could find the same port.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Shows every skipped test, with its reason.
    reporters: ['verbose', ['json', { outputFile: 'build/results/servers.json' }]],
  },
});
