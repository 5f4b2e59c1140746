/** The guides to the stack, compared with the generators. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addGenerate } from '../../src/cli/generate.js';
import { downsampledSeries } from '../../src/generate/stack/downsampling.js';
import { storages } from '../../src/generate/stack/options.js';
import { sizesOf, sizeTable } from '../../src/generate/stack/scale/sizes.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const [stack, scale] = [page('stack.md'), page('scale.md')];

test('docs/stack.md lists every option of the command', () => {
  const program = new Command();
  addGenerate(program);
  const command = program.commands[0]?.commands.find((each) => each.name() === 'stack');
  const options = command?.options.map(({ long }) => long) ?? [];
  expect(options.length).toBeGreaterThan(20);
  const listed = new Set([...stack.matchAll(/`(--[a-z-]+)`/g)].map(([, name]) => name));
  expect(options.filter((name) => !listed.has(name as string))).toEqual([]);
  expect([...listed].filter((name) => !options.includes(name))).toEqual([]);
});

test('queries of docs/stack.md are valid, and use names of downsampled series', () => {
  const queries = [...stack.matchAll(/^```promql\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => text.split('\n\n'));
  expect(queries).toHaveLength(3);
  for (const query of queries) {
    expect([query, firstErrorIn(query)]).toEqual([query, undefined]);
    const names = [...query.replace(/#.*/g, '').matchAll(/[a-z_]+:[a-z_\d]+/g)].map(([name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(new RegExp(`^${downsampledSeries}$`));
  }
});

test('docs/scale.md shows the table of the generator, and every storage', () => {
  expect(scale).toContain(sizeTable({ series: 5_000_000, intervalSeconds: 15 }));
  for (const storage of storages) expect(scale).toContain(`| \`${storage}\` |`);
});

test('sizes follow from series and interval', () => {
  const { samplesPerSecond, fullBytes, downsampledBytes, mimir } = sizesOf({ series: 300_000, intervalSeconds: 15 });
  expect(samplesPerSecond).toBe(20_000);
  // 20,000 samples of 2 bytes for 30 days.
  expect(fullBytes).toBe(20_000 * 2 * 2_592_000);
  // Four series, 105,120 samples at 5 minutes and 8,760 at 1 hour.
  expect(downsampledBytes).toBeCloseTo(300_000 * 4 * (105_120 + 8_760) * 2, 0);
  expect(mimir).toEqual({
    distributorCores: 0.8,
    distributorBytes: 0.8e9,
    ingesterCores: 3,
    ingesterBytes: 7.5e9,
    ingesterDiskBytes: 15e9,
  });
});
