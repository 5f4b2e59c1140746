/** GPUs of AMD: trees of sysfs. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAmdGpus } from '../../../src/collectors/gpu/amd.js';
import { amdFiles, parseAmdGpu } from '../../../src/collectors/gpu/amd-files.js';

const treeOf = (name: string) => fileURLToPath(new URL(`../../fixtures/amdgpu/${name}`, import.meta.url));

test.each([
  [
    'server-6.8',
    [
      {
        id: 'd4c1a2b3e4f50617',
        index: 0,
        name: 'AMD Instinct MI210',
        vendor: 'AMD',
        utilization: 0.63,
        memoryControllerUtilization: 0.12,
        memoryUsedBytes: 10_737_418_240,
        memoryTotalBytes: 68_702_699_520,
        powerWatts: 212,
        powerLimitWatts: 300,
        temperatureCelsius: 47,
        memoryTemperatureCelsius: 52,
        clockHertz: 1.7e9,
        memoryClockHertz: 1.6e9,
        correctedErrors: 3,
        uncorrectedErrors: 0,
      },
      {
        id: 'e5c1a2b3e4f50617',
        index: 1,
        name: 'AMD GPU 74a1',
        vendor: 'AMD',
        memoryTotalBytes: 206_141_652_992,
        powerWatts: 750,
        temperatureCelsius: 61,
      },
    ],
  ],
  [
    'laptop-5.15',
    [
      {
        id: '0000:04:00.0',
        index: 0,
        name: 'AMD GPU 1638',
        vendor: 'AMD',
        utilization: 0.07,
        memoryUsedBytes: 268_435_456,
        memoryTotalBytes: 536_870_912,
        powerWatts: 11,
        temperatureCelsius: 44,
        clockHertz: 4e8,
      },
      { id: '0000:03:00.0', index: 1, name: 'AMD GPU 73ff', vendor: 'AMD', memoryTotalBytes: 8_573_157_376 },
    ],
  ],
  ['missing', undefined],
])('the tree %s', async (name, expected) => {
  const readings = await readAmdGpus(treeOf(name));
  expect(readings && JSON.parse(JSON.stringify(readings))).toEqual(expected);
});

test('no content throws, and no value is outside its range', () => {
  const text = fc.oneof(fc.string(), fc.bigInt({ min: -1n, max: 2n ** 65n }).map(String), fc.constant('edge\n'));
  const files = fc.record(Object.fromEntries(amdFiles.map((name) => [name, text])), { requiredKeys: [] });
  fc.assert(
    fc.property(files, (content) => {
      const { index: _, ...reading } = parseAmdGpu(content, 0);
      for (const [key, value] of Object.entries(reading)) {
        if (typeof value !== 'number') continue;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(key.endsWith('tilization') ? 1 : 2 ** 53);
      }
      expect(reading.id).not.toBe('');
    }),
  );
});
