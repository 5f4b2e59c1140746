/** The benchmark of detection on video runs and judges its figures. Cost itself is not tested. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('vision-overhead.mjs', import.meta.url));

test('measures all figures and compares them with their bars', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--quick', '--json']);
  const { none, prometheus, memory, bars } = JSON.parse(stdout);
  // Recordings of a frame: count, time, five stages, inference, three classes, number of detections.
  expect(prometheus.records).toBe(12);
  expect(none.verbsNs).toBeGreaterThan(0);
  expect(prometheus.framesEach).toBeGreaterThanOrEqual(20);
  expect(prometheus.scrapes).toBeGreaterThanOrEqual(1);
  expect(prometheus.interval).toEqual(expect.any(Number));
  expect(prometheus.bytes.ownGzip).toBeLessThan(prometheus.bytes.own);
  expect(memory.rssMb.median).toEqual(expect.any(Number));
  expect(bars.map(({ unit, atMost }: { unit: string; atMost: number }) => [unit, atMost])).toEqual([
    ['%', 0.1],
    ['%', 2],
    ['MB', 10],
  ]);
  for (const { figure, atMost, met } of bars) expect(met).toBe(figure <= atMost);
});
