import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const { exports } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, { default: string } | string>;
};

/** Tests import the doors that users import, resolved to the sources. */
const doors = Object.entries(exports).flatMap(([door, target]) =>
  typeof target === 'string'
    ? []
    : [
        {
          find: new RegExp(`^otelier${door.slice(1)}$`),
          replacement: fileURLToPath(
            new URL(target.default.replace('./dist/', './src/').replace(/\.js$/, '.ts'), import.meta.url),
          ),
        },
      ],
);

export default defineConfig({
  resolve: { alias: doors },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/matrix/**', '**/*.slow.test.ts'],
    testTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: 'build/results/tests.json' }]],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
