/** Runs the tests that docs/testing.md shows, with the environment that it recommends. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'rolldown/utils';
import { expect, onTestFinished, test } from 'vitest';
import { startNode } from '../support/program.js';

test('the tests of the page pass', async () => {
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  // Within the package, so that it can import itself by name.
  const folder = 'build/testing-page';
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, code: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), code);
    return name;
  };
  const written = [...page.matchAll(/^```ts\n((?:\/\/ (\S+)\n)?[\s\S]*?)^```$/gm)].map(
    ([, code = '', name], index) => ({
      // Node 20 runs neither TypeScript nor `await using`.
      name: write(
        (name ?? `test/${index}.test.ts`).replace(/ts$/, 'js'),
        transformSync('page.ts', code, { target: 'es2022' }).code,
      ),
      runner: /from '(vitest|node:test)'/.exec(code)?.[1],
    }),
  );
  const filesOf = (runner: string) => written.filter((file) => file.runner === runner).map(({ name }) => name);
  const [, config = ''] = /`(test: \{ env: .*? \} \})` in `vitest\.config\.ts`/.exec(page) ?? [];
  write('vitest.config.mjs', `export default { ${config} };`);
  const [, assignments = ''] = /`([^`]*) node --test`/.exec(page) ?? [];
  const environment = Object.fromEntries(assignments.split(' ').map((assignment) => assignment.split('=')));
  expect(Object.keys(environment)).toEqual(['OTEL_METRICS_EXPORTER', 'OTEL_EXPORTER_PROMETHEUS_PORT']);

  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root', folder, ...filesOf('vitest')];
  const nodeTest = ['--test', ...filesOf('node:test').map((name) => join(folder, name))];
  for (const [args, passed, variables] of [
    [vitest, /Tests +3 passed/, { NO_COLOR: '1' }],
    [nodeTest, /pass 1\n/, environment],
  ] as const) {
    const { code, stdout, stderr } = await startNode(args, variables).end;
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(passed) });
    expect(stdout).not.toContain('[otelier]');
  }
});

test('the page installs a version of the API that its version of sdk-metrics accepts', () => {
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const [, api, line] =
    /^npm install @opentelemetry\/api@([\d.]+) @opentelemetry\/sdk-metrics@(\d+)$/m.exec(page) ?? [];
  const manifest = JSON.parse(readFileSync('node_modules/@opentelemetry/sdk-metrics/package.json', 'utf8'));
  expect(manifest.version).toMatch(new RegExp(`^${line}\\.`));
  expect(manifest.peerDependencies['@opentelemetry/api']).toMatch(new RegExp(`^>=${api}\\.0 <`));
});
