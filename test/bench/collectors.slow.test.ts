/** The benchmark of collections runs and judges its figures. Cost itself is not tested. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('collectors.mjs', import.meta.url));

test('measures both sides and compares them with the bars', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--rounds', '1', '--json']);
  const { points, collections, results, control, bars } = JSON.parse(stdout);
  expect(collections).toBe(100);
  expect(points).toBeGreaterThan(150);
  expect(results.map(({ name }: { name: string }) => name)).toEqual([
    'otelier: runtime, host and container',
    expect.stringMatching(/^@opentelemetry\/host-metrics \d/),
  ]);
  for (const { medianMs, p99Ms, undisturbed } of [...results, control]) {
    expect(Math.min(medianMs, p99Ms)).toBeGreaterThan(0);
    expect(undisturbed).toBeLessThanOrEqual(100);
  }
  expect(bars.map(({ atMost }: { atMost: number }) => atMost)).toEqual([1, 0.2, 2]);
  for (const { figure, atMost, met } of bars) expect(met).toBe(figure <= atMost);
});
