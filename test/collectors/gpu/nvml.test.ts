/** NVML through koffi, against a fake library that a C compiler makes of `test/fixtures/nvml/fake-nvml.c`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Nvidia } from '../../../src/collectors/gpu/nvidia.js';
import { openNvml } from '../../../src/collectors/gpu/nvml.js';
import { loadNvml } from '../../../src/collectors/gpu/nvml-library.js';
import { systemClock } from '../../../src/model/clock.js';
import { fakeNvidiaSmi, streams } from '../../support/fake-nvidia-smi.js';

const folder = mkdtempSync(join(tmpdir(), 'nvml-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = fileURLToPath(new URL('../../fixtures/nvml/fake-nvml.c', import.meta.url));
const hasCompiler = spawnSync('cc', ['--version']).status === 0;
let libraries = 0;

/** Compiles a variant of the fake. */
function compile(...variants: string[]): string {
  const file = join(folder, `libnvidia-ml-${++libraries}.so.1`);
  const flags = variants.map((variant) => `-D${variant}`);
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-w', ...flags, '-o', file, source]);
  if (status !== 0) throw new Error(String(stderr));
  return file;
}

async function readAll(path: string) {
  const nvml = await openNvml(path);
  const readings = await nvml?.read();
  await nvml?.close();
  return readings;
}

const withoutUndefined = (value: object | undefined) => value && { ...JSON.parse(JSON.stringify(value)) };
const mebi = 2 ** 20;
const testWithLibrary = test.skipIf(!hasCompiler);
const note = 'needs a C compiler: apt-get install gcc';

testWithLibrary(`a GPU with all values (${note})`, async () => {
  const [first] = (await readAll(compile())) ?? [];
  const { xidErrors, ...values } = first ?? {};
  expect(values).toEqual({
    id: 'GPU-0',
    index: 0,
    name: 'Fake GPU',
    vendor: 'NVIDIA',
    utilization: 0.87,
    memoryControllerUtilization: 0.41,
    encoderUtilization: 0.05,
    decoderUtilization: 0.06,
    memoryUsedBytes: 10_737_418_240,
    memoryTotalBytes: 85_520_809_984,
    powerWatts: 433.78,
    powerLimitWatts: 700,
    energyJoules: 123_456_789.012,
    temperatureCelsius: 54,
    memoryTemperatureCelsius: 61,
    clockHertz: 1.98e9,
    memoryClockHertz: 2.619e9,
    correctedErrors: 3,
    uncorrectedErrors: 2,
    throttleReasons: ['sw_power_cap', 'hw_thermal_slowdown'],
    // One process computes, one draws; the memory of the others is not available.
    processes: [
      { pid: 300, memoryUsedBytes: 2296 * mebi },
      { pid: 301, memoryUsedBytes: 2296 * mebi },
    ],
  });
  expect([...(xidErrors ?? [])]).toEqual([
    [79, 1],
    [31, 2],
  ]);
});

testWithLibrary('sentinels and values that a GPU does not have are absent, and its instances are there', async () => {
  const [, ...rest] = (await readAll(compile())) ?? [];
  const instance = {
    name: 'Fake GPU MIG 1g.10gb',
    vendor: 'NVIDIA',
    parent: 'GPU-1',
    memoryTotalBytes: 85_520_809_984,
  };
  const processes = [
    { pid: 300, memoryUsedBytes: 2296 * mebi },
    { pid: 301, memoryUsedBytes: 2296 * mebi },
    { pid: 302, memoryUsedBytes: 5 },
  ];
  expect(rest.map(withoutUndefined)).toEqual([
    { id: 'GPU-1', index: 1, name: 'Fake GPU', vendor: 'NVIDIA', xidErrors: {} },
    { ...instance, id: 'MIG-GPU-1/7/0', index: 0, memoryUsedBytes: 1000, processes },
    { ...instance, id: 'MIG-GPU-1/9/0', index: 2, memoryUsedBytes: 10_737_418_240, processes },
  ]);
});

testWithLibrary('an old driver lacks functions; older ones take their place', async () => {
  const [first] = (await readAll(compile('OLD_DRIVER'))) ?? [];
  expect(first).toMatchObject({
    memoryUsedBytes: 700,
    memoryTotalBytes: 1000,
    temperatureCelsius: 53,
    throttleReasons: ['hw_slowdown'],
    processes: [{ pid: 200, memoryUsedBytes: 2296 * mebi }],
  });
});

testWithLibrary('Xid errors add up over readings, also after each of them', async () => {
  const nvml = await openNvml(compile());
  const counts = async () => [...((await nvml?.read())?.[0]?.xidErrors ?? [])];
  const first = await counts();
  expect(await counts()).toEqual(first);
  await nvml?.close();
});

testWithLibrary('the event loop runs while the driver is slow', async () => {
  const gate = join(folder, 'gate');
  const nvml = await openNvml(compile(`GATE="${gate}"`));
  const reading = nvml?.read();
  // The driver answers when this has run. A call that blocked the event loop would fail after ten seconds.
  setTimeout(() => writeFileSync(gate, ''), 20);
  expect((await reading)?.[0]?.powerWatts).toBe(433.78);
  await nvml?.close();
});

test('without the library there is no NVML', async () => {
  expect(await openNvml(join(folder, 'missing.so'))).toBeUndefined();
});

testWithLibrary('without a driver there is no NVML, without a device no GPU', async () => {
  expect(await openNvml(compile('NO_DRIVER'))).toBeUndefined();
  expect(await readAll(compile('NO_DEVICE'))).toBeUndefined();
});

const times = { intervalMs: 100, firstWaitMs: 10_000, startMs: 20_000, idleMs: 60_000, restartMs: 20 };

test('without NVML, nvidia-smi is read', async () => {
  const fake = fakeNvidiaSmi(streams);
  const nvidia = new Nvidia(join(folder, 'missing.so'), fake.command, times, systemClock);
  expect(await nvidia.read()).toMatchObject([{ utilization: 0.4 }, { utilization: 0.41 }]);
  nvidia.stop();
  await expect.poll(() => fake.alive(), { timeout: 10_000 }).toEqual([]);
  fake.remove();
});

testWithLibrary('with NVML, nvidia-smi is not started, and a stop or idleness closes NVML', async () => {
  const fake = fakeNvidiaSmi(streams);
  const library = compile();
  const call = await loadNvml(library);
  const opened = async () => {
    const out = Buffer.alloc(4);
    await call?.('fakeOpened', out);
    return out.readUInt32LE();
  };
  const nvidia = new Nvidia(library, fake.command, { ...times, idleMs: 50 }, systemClock);
  const first = await nvidia.read();
  expect(first?.[0]?.xidErrors?.get(31)).toBe(2);
  await expect.poll(opened).toBe(0);
  const reading = nvidia.read();
  nvidia.stop();
  await reading;
  await expect.poll(opened).toBe(0);
  // The last collection, after the stop.
  const last = await nvidia.read();
  expect(last).toHaveLength(4);
  expect([...(last?.[0]?.xidErrors ?? [])]).toEqual([...(first?.[0]?.xidErrors ?? [])]);
  await expect.poll(opened).toBe(0);
  expect(existsSync(join(fake.folder, 'starts'))).toBe(false);
  fake.remove();
});

testWithLibrary('a lost GPU is a failure, after which NVML is opened again', async () => {
  const library = compile('LOST');
  const nvidia = new Nvidia(library, join(folder, 'missing'), times, systemClock);
  await expect(nvidia.read()).rejects.toThrow('NVML: no GPU answers');
  const call = await loadNvml(library);
  const out = Buffer.alloc(4);
  await expect.poll(async () => ((await call?.('fakeOpened', out)) === 0 ? out.readUInt32LE() : -1)).toBe(0);
  await expect(nvidia.read()).rejects.toThrow('NVML: no GPU answers');
  nvidia.stop();
});
