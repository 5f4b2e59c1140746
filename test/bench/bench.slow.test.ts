/** Every case of the benchmark runs and is judged. Speed itself is not tested. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url));

interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly runtimes: readonly {
    readonly node: string;
    readonly versions: Readonly<Record<string, string>>;
    readonly cases: readonly {
      readonly name: string;
      readonly unit: string;
      readonly results: readonly { readonly contender: string; readonly subject: string; readonly median: number }[];
      readonly bars: readonly { readonly figure: number; readonly met: boolean }[];
    }[];
  }[];
}

async function run(...flags: string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--json', '--node', 'this', ...flags], {
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout);
}

test('measures every case for every contender and compares it with its bars', { timeout: 180_000 }, async () => {
  const { runtimes, machine } = await run('--quick');
  const { cases, node, versions } = runtimes[0] as Report['runtimes'][number];
  expect(machine.cores).toBeGreaterThan(0);
  expect(node).toBe(process.versions.node);
  expect(Object.keys(versions)).toEqual(['ours', 'sdk2', 'prom-client', 'platformatic']);
  expect(cases.map(({ name }) => name)).toEqual([
    'bound-counter',
    'bound-histogram',
    'bound-exponential-histogram',
    'no-attributes',
    'one-attribute-1',
    'one-attribute-100',
    'many-instruments',
    'three-attributes-100',
    'three-attributes-10000',
    'undeclared-attributes',
    'five-readers',
    'first-sight',
    'disabled',
    'dropped-by-view',
    'exemplars',
    'allocation-bound-counter',
    'allocation-bound-histogram',
    'allocation-bound-exponential-histogram',
    'allocation-three-attributes',
    'allocation-undeclared-attributes',
    'allocation-many-instruments',
    'memory-counter',
    'memory-histogram',
  ]);
  for (const { results, bars, unit } of cases) {
    expect(unit).toMatch(/^(ns|B)$/);
    expect(results.map(({ contender }) => contender)).toEqual(expect.arrayContaining(['ours']));
    for (const { median } of results) expect(median).toEqual(expect.any(Number));
    expect(bars.length).toBeGreaterThan(0);
    for (const { figure, met } of bars) {
      expect(figure).toEqual(expect.any(Number));
      expect(met).toEqual(expect.any(Boolean));
    }
  }
});

test('measures one case by name', async () => {
  const { runtimes } = await run('--quick', '--case', 'bound-counter');
  expect(runtimes[0]?.cases.map(({ name }) => name)).toEqual(['bound-counter']);
});

test('lists the cases if an unknown case is given', async () => {
  await expect(run('--case', 'nonsense')).rejects.toThrow(/nonsense[\s\S]*bound-counter/);
});
