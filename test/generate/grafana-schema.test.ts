/** The rendered dashboards have the types of Grafana's own schema: the compiler checks each as a literal. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shipped } from '../../src/dashboards/index.js';
import { grafanaDashboard } from '../../src/generate/grafana/dashboard.js';
import { loadFoundationSdk } from '../../src/generate/grafana/sdk.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Enumerations of texts are texts in JSON; attributes of the schema that Grafana itself fills are optional. */
const types = `
import type { Dashboard } from '@grafana/schema';
type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Panel = Plain<NonNullable<Dashboard['panels']>[number]>;
type Variable = Plain<NonNullable<NonNullable<Dashboard['templating']>['list']>[number]>;
// Fields of single types of variables, which the schema of all variables lacks.
type OfOneType = { auto?: boolean; auto_min?: string; auto_count?: number; definition?: string };
export type Json = Omit<Plain<Dashboard>, 'panels' | 'templating'> & {
  panels: Panel[];
  templating: { list: (Variable & OfOneType)[] };
};
`;

test('the compiler accepts every dashboard, and rejects a wrong one', async () => {
  const sdk = await loadFoundationSdk();
  const folder = `${root}build/grafana-schema`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/types.ts`, types);
  const literals = Object.entries(shipped).map(([name, { dashboard }]) => [name, grafanaDashboard(sdk, dashboard())]);
  for (const [name, value] of [...literals, ['wrong', { title: 5, panels: [{ type: 'stat', gridPos: 'top' }] }]]) {
    const source = `import type { Json } from './types.js';\nexport const dashboard: Json = ${JSON.stringify(value)};\n`;
    writeFileSync(`${folder}/${name}.ts`, source);
  }
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2022',
        skipLibCheck: true,
        types: [],
      },
      include: ['*.ts'],
    }),
  );
  const { stdout } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const failing = new Set([...stdout.matchAll(/grafana-schema\/([\w-]+)\.ts/g)].map(([, name]) => name));
  expect([...failing], stdout.slice(0, 2_000)).toEqual(['wrong']);
  expect(readFileSync(`${folder}/agent.ts`, 'utf8')).toContain('task_latency_ms_bucket');
});
