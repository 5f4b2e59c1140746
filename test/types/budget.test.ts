/** Type-checking time of 600 metrics and one recording each, with the compiler that users run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function metric(index: number): string {
  const maker = ['counter', 'gauge', 'histogram', 'upDownCounter'][index % 4];
  const attributes = `{ a: oneOf('x', 'y'), b: text({ limit: 20 }), c: optional(integer({ min: 0, max: ${index + 1} })) }`;
  return `m${index}: ${maker}({ name: 'm${index}.x', unit: '1', description: 'M.', attributes: ${attributes} }),`;
}

function recording(index: number): string {
  const verb = ['add', 'set', 'record', 'add'][index % 4];
  return `metrics.all.m${index}.${verb}(1, { a: 'x', b: 'z', c: 2 });`;
}

test('600 metrics type-check within two seconds', () => {
  // Inside the repository, so that the package resolves by its own name.
  const folder = mkdtempSync(join(root, 'build', 'budget-'));
  try {
    const indexes = [...Array(600).keys()];
    const source = [
      "import { counter, defineCatalogue, gauge, histogram, integer, oneOf, optional, startMetrics, text, upDownCounter } from 'otelier';",
      `const all = defineCatalogue({ ${indexes.map(metric).join('\n')} });`,
      'const metrics = startMetrics({ catalogues: { all } });',
      ...indexes.map(recording),
      "// @ts-expect-error: proves that the file is checked\nmetrics.all.m599.add(1, { a: 'w', b: 'z' });",
    ].join('\n');
    writeFileSync(join(folder, 'many.ts'), source);
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: true, rootDir: '.' },
      include: ['many.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compile = (project: string) => {
      const startMs = performance.now();
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
        encoding: 'utf8',
      });
      return performance.now() - startMs;
    };
    expect(Math.min(compile(folder), compile(folder))).toBeLessThan(2_000 * 2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
