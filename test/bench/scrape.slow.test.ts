/** Every case of the scrape benchmark runs and is judged. Speed itself is not tested. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('scrape.mjs', import.meta.url));

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
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--json', ...flags], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}

test('measures every case for every contender and compares it with its bars', { timeout: 120_000 }, async () => {
  const { runtimes, machine } = await run('--quick');
  const { cases, node, versions } = runtimes[0] as Report['runtimes'][number];
  expect(machine.cores).toBeGreaterThan(0);
  expect(node).toBe(process.versions.node);
  expect(Object.keys(versions)).toEqual(['ours', 'otel', 'prom-client']);
  expect(cases.map(({ name, unit }) => [name, unit])).toEqual([
    ['counters-10000', 'ms'],
    ['counters-100000', 'ms'],
    ['histograms-10000', 'ms'],
    ['block-counters-100000', 'ms'],
    ['block-histograms-10000', 'ms'],
    ['parallel-wall', 'ms'],
    ['parallel-block', 'ms'],
  ]);
  for (const { results, bars } of cases) {
    expect([...new Set(results.map(({ contender }) => contender))]).toEqual(['ours', 'otel', 'prom-client']);
    for (const { median } of results) expect(median).toBeGreaterThan(0);
    expect(bars.length).toBeGreaterThan(0);
    for (const { figure, met } of bars) {
      expect(figure).toBeGreaterThan(0);
      expect(met).toEqual(expect.any(Boolean));
    }
  }
});

test('lists the cases if an unknown case is given', async () => {
  await expect(run('--case', 'nonsense')).rejects.toThrow(/nonsense[\s\S]*counters-10000/);
});

test('compares two builds', { timeout: 120_000 }, async () => {
  const modules = fileURLToPath(new URL('../../build/modules', import.meta.url));
  const flags = ['--json', '--quick', '--case', 'counters-10000', '--against', modules];
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...flags]);
  const { comparisons } = JSON.parse(stdout) as { comparisons: { name: string; ratio: number; interval: number[] }[] };
  expect(comparisons.map(({ name }) => name)).toEqual(
    ['text', 'OpenMetrics', 'protobuf'].map((format) => `counters-10000, ${format}`),
  );
  for (const { ratio, interval } of comparisons) {
    expect(ratio).toBeGreaterThan(0);
    expect(interval).toHaveLength(2);
  }
});
