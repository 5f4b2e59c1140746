/** The tests of `npm test`, and the settings that every other vitest configuration starts from. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { builtPage } from './scripts/built-page.mjs';
import { sourceText } from './scripts/source-text.mjs';

const { exports } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, { import: { default: string } } | string>;
};

/** Resolves the package's entry points to the sources, so that tests import what users import. */
const entryPoints = Object.entries(exports).flatMap(([entryPoint, target]) =>
  typeof target === 'string'
    ? []
    : [
        {
          find: new RegExp(`^otelier${entryPoint.slice(1)}$`),
          replacement: fileURLToPath(
            new URL(target.import.default.replace('./dist/', './src/').replace(/\.js$/, '.ts'), import.meta.url),
          ),
        },
      ],
);

export default defineConfig({
  plugins: [sourceText, builtPage],
  resolve: { alias: entryPoints },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/matrix/**', '**/*.slow.test.ts'],
    // Most tests wait for timers and sockets: twice as many workers as cores keep two cores busy.
    maxWorkers: 4,
    testTimeout: 30_000,
    setupFiles: ['test/support/message-length.ts'],
    reporters: ['default', ['json', { outputFile: 'build/results/tests.json' }]],
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      // These run in a browser: test/servers/page.test.ts.
      exclude: ['src/page/view/**', 'src/page/{main,page-state}.{ts,tsx}', 'src/page/*.{html,css,json}'],
      reporter: ['text-summary', 'json'],
      reportOnFailure: true,
      reportsDirectory: 'build/coverage',
      thresholds: { lines: 93, 'src/engine/**': { lines: 98 }, 'src/formats/**': { lines: 98 } },
    },
  },
});
