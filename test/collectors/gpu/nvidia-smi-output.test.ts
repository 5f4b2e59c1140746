/** Parsers of nvidia-smi, on outputs of drivers from 470 to 580. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  instanceParser,
  isWithoutGpu,
  parseGpuLine,
  type QueriedGpu,
  queryWithout,
  refusedField,
} from '../../../src/collectors/gpu/nvidia-smi-output.js';
import type { GpuReading } from '../../../src/collectors/gpu/reading.js';

const folder = new URL('../../fixtures/nvidia-smi/', import.meta.url);
const linesOf = (file: string) => readFileSync(new URL(file, folder), 'utf8').split('\n');

function parseFixture(file: string) {
  const lines = linesOf(file);
  const [, refused = ''] = /^# refused: *(.*)$/m.exec(lines.join('\n')) ?? [];
  const query = queryWithout(new Set(refused.split(' ')));
  return lines.filter((line) => !line.startsWith('#') && line !== '').map((line) => parseGpuLine(line, query));
}

/** Returns an object without the members that are undefined. */
const known = (value: object | undefined) => value && JSON.parse(JSON.stringify(value));
const mebi = 2 ** 20;

test.each([
  [
    '470-t4-and-a100.csv',
    [
      {
        id: 'GPU-6a1f0b2c-1111-2222-3333-444455556666',
        index: 0,
        name: 'Tesla T4',
        vendor: 'NVIDIA',
        utilization: 0.87,
        memoryControllerUtilization: 0.41,
        memoryUsedBytes: 9812 * mebi,
        memoryTotalBytes: 15109 * mebi,
        powerWatts: 68.31,
        powerLimitWatts: 70,
        temperatureCelsius: 71,
        clockHertz: 1.38e9,
        memoryClockHertz: 5e9,
        correctedErrors: 3,
        uncorrectedErrors: 0,
        throttleReasons: ['sw_power_cap'],
      },
      { name: 'NVIDIA A100-SXM4-40GB', memoryTemperatureCelsius: 31, utilization: 0, throttleReasons: [] },
    ],
  ],
  [
    '535-geforce.csv',
    [
      {
        id: 'GPU-00c0ffee-1111-2222-3333-444455556666',
        index: 0,
        name: 'NVIDIA GeForce RTX 4090, Founders Edition',
        vendor: 'NVIDIA',
        utilization: 1,
        memoryControllerUtilization: 0.78,
        memoryUsedBytes: 23011 * mebi,
        memoryTotalBytes: 24564 * mebi,
        powerWatts: 449.92,
        powerLimitWatts: 450,
        temperatureCelsius: 83,
        clockHertz: 2.52e9,
        memoryClockHertz: 10.251e9,
        throttleReasons: ['sw_power_cap', 'sw_thermal_slowdown'],
      },
    ],
  ],
  [
    '550-reset-required.csv',
    [
      {
        id: 'GPU-00000000-1111-2222-3333-444455556666',
        index: 0,
        name: 'NVIDIA H100 80GB HBM3',
        vendor: 'NVIDIA',
        memoryUsedBytes: 0,
        memoryTotalBytes: 81559 * mebi,
      },
      { index: 1, utilization: 0.12, encoderUtilization: 0, powerLimitWatts: 700 },
      {
        id: 'GPU-22222222-1111-2222-3333-444455556666',
        index: 2,
        name: 'NVIDIA GPU',
        vendor: 'NVIDIA',
        memoryUsedBytes: 2048 * mebi,
        memoryTotalBytes: 81559 * mebi,
        memoryTemperatureCelsius: 44,
        clockHertz: 1.98e9,
        uncorrectedErrors: 0,
        throttleReasons: [],
      },
    ],
  ],
  [
    '580-mig.csv',
    [
      { index: 0, memoryUsedBytes: 11125 * mebi, powerWatts: 433.78 },
      { index: 1, utilization: 0 },
    ],
  ],
])('%s', (file, expected) => {
  const gpus = parseFixture(file);
  const readings = gpus.map((gpu) => known(gpu?.reading));
  // A reading that states its vendor is complete: no other value may be in it.
  expect(readings).toEqual(expected.map((each) => ('vendor' in each ? each : expect.objectContaining(each))));
  expect(gpus.map((gpu) => gpu?.count)).toEqual(gpus.map(() => gpus.length));
});

test('only a GPU in MIG mode has instances', () => {
  expect(parseFixture('580-mig.csv').map((gpu) => gpu?.hasInstances)).toEqual([true, false]);
  expect(parseFixture('580-mig.csv')[0]?.reading.utilization).toBeUndefined();
});

const instancesIn = (lines: readonly string[]) => {
  const found: (readonly GpuReading[])[] = [];
  lines.forEach(instanceParser((instances) => found.push(instances)));
  return found;
};
const h100 = { name: 'NVIDIA H100 80GB HBM3', vendor: 'NVIDIA', parent: 'GPU-aaaaaaaa-1111-2222-3333-444455556666' };

test.each([
  [
    '580-instances.txt',
    [
      { ...h100, id: `MIG-${h100.parent}/2/0`, index: 0, memoryUsedBytes: 26 * mebi, memoryTotalBytes: 40448 * mebi },
      { ...h100, id: `MIG-${h100.parent}/9/1`, index: 1, memoryTotalBytes: 9984 * mebi },
    ],
  ],
  [
    '470-instances.txt',
    [
      {
        id: 'MIG-GPU-7b2f0b2c-1111-2222-3333-444455556666/7/0',
        index: 0,
        name: 'NVIDIA A100-SXM4-40GB',
        vendor: 'NVIDIA',
        parent: 'GPU-7b2f0b2c-1111-2222-3333-444455556666',
        memoryUsedBytes: 3 * mebi,
        memoryTotalBytes: 4864 * mebi,
      },
    ],
  ],
])('the instances in %s', (file, expected) => {
  const lines = linesOf(file);
  expect(instancesIn(lines).map((each) => each.map(known))).toEqual([expected]);
  // The program prints the same again and again.
  expect(instancesIn([...lines, ...lines])).toHaveLength(2);
});

test.each([
  ['Field "clocks_event_reasons.active" is not a valid field to query.', 'clocks_event_reasons.active'],
  ['Field "" is not a valid field to query.', ''],
  ['Fields are valid', undefined],
])('the refused field in %j', (line, expected) => {
  expect(refusedField(line)).toBe(expected);
});

test('a refused name is replaced by the older name, then left out', () => {
  const names = (...refused: string[]) => [...queryWithout(new Set(refused)).values()].join();
  expect(names()).toContain('mig.mode.current,clocks_event_reasons.active,utilization.gpu');
  expect(names('clocks_event_reasons.active')).toContain('mig.mode.current,clocks_throttle_reasons.active,util');
  expect(names('clocks_event_reasons.active', 'clocks_throttle_reasons.active')).toContain('mode.current,utilization');
  expect(names('unknown')).toBe(names());
});

test.each<[number | null, string, boolean]>([
  [6, 'No devices were found', true],
  [0, 'No devices were found', true],
  [9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", true],
  [12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", true],
  [18, 'Failed to initialize NVML: Driver/library version mismatch', false],
  [15, 'Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.', false],
  [255, 'Failed to initialize NVML: Unknown Error', false],
  [null, '', false],
])('code %j with %j: no GPU is %j', (code, line, expected) => {
  expect(isWithoutGpu(code, line)).toBe(expected);
});

const sentinels = ['[N/A]', 'N/A', '[Not Supported]', '[Unknown Error]', '[GPU requires reset]', 'ERR!', ''];
const numbers = ['4294967295', '18446744073709551615', '-1', 'NaN', 'Infinity', '0x10', '1e9', '1,5', '12 MiB'];

test.each([...sentinels, ...numbers])('%j is no number of any field', (cell) => {
  const query = queryWithout(new Set());
  const names = [...query.values()];
  const line = names.map((name) => (name === 'uuid' ? 'GPU-1' : cell.replace(',', ';'))).join(', ');
  const gpu = parseGpuLine(line, query) as QueriedGpu;
  const { id, index, name, vendor, ...rest } = gpu.reading;
  const { throttleReasons: _, ...values } = rest;
  expect(known(values)).toEqual({});
  expect({ id, vendor, isNamed: name !== '' }).toEqual({ id: 'GPU-1', vendor: 'NVIDIA', isNamed: true });
  expect(index).toBeGreaterThanOrEqual(0);
});

/** Lines made of parts that the parsers know, and of anything. */
const part = fc.oneof(
  fc.string(),
  fc.constantFrom(
    ...sentinels,
    ...numbers,
    'GPU-1',
    'Enabled',
    '0x1',
    '87',
    '1',
    ',',
    ':',
    ' : ',
    '    ',
    'MIG Device',
  ),
);
const fixtureLines = readdirSync(folder).flatMap(linesOf);
const anyLine = fc.oneof(
  fc.array(part, { maxLength: 25 }).map((cells) => cells.join(', ')),
  fc.constantFrom(...fixtureLines),
  fc
    .tuple(fc.constantFrom(...fixtureLines), fc.nat(80), fc.string({ maxLength: 3 }))
    .map(([line, at, text]) => line.slice(0, at) + text + line.slice(at + text.length)),
);

test('no text throws, and no value is outside its range', () => {
  const check = (reading: GpuReading) => {
    for (const [key, value] of Object.entries(reading)) {
      if (typeof value !== 'number') continue;
      expect(Number.isFinite(value) && value >= 0 && (key === 'index' || value < 2 ** 61)).toBe(true);
      if (key.endsWith('tilization')) expect(value).toBeLessThanOrEqual(1);
    }
  };
  fc.assert(
    fc.property(fc.array(anyLine), fc.subarray([...queryWithout(new Set()).values()]), (lines, refused) => {
      const query = queryWithout(new Set(refused));
      for (const line of lines) {
        const gpu = parseGpuLine(line, query);
        if (gpu !== undefined) check(gpu.reading);
        refusedField(line);
      }
      for (const instances of instancesIn(lines)) instances.forEach(check);
    }),
  );
});
