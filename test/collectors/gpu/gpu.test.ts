/** Collector `gpu`: its metrics on a scrape, its options and its page. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { type GpuOptions, gpu } from 'otelier/collectors/gpu';
import { parseExposition, promlint } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';
import { gpuMetrics } from '../../../src/collectors/gpu/metrics.js';
import type { GpuReading } from '../../../src/collectors/gpu/reading.js';
import { type FakeSmi, fakeNvidiaSmi, streams } from '../../support/fake-nvidia-smi.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  diag.disable();
});

const nothing = { library: '/missing/libnvidia-ml.so.1', command: '/missing/nvidia-smi', sysfs: '/missing' };

/** Starts metrics with the collector, on a machine that has only what `options` name. */
function start(options: GpuOptions, fake?: FakeSmi) {
  const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
  const settings = { environment: {}, isolated: true } as const;
  const metrics = startMetrics({ ...settings, backends: [endpoint], collectors: [gpu({ ...nothing, ...options })] });
  stops.push(async () => {
    await metrics.shutdown();
    await expect.poll(() => fake?.alive() ?? [], { timeout: 10_000 }).toEqual([]);
    fake?.remove();
  });
  const text = async () => (await endpoint.fetch(new Request('http://localhost/metrics'))).text();
  return { metrics, text };
}

/** A sample with its labels. */
type Sample = Readonly<Record<string, string | number>> & { readonly name: string; readonly value: number };

const samplesOf = (text: string): Sample[] =>
  parseExposition(text).flatMap(({ samples }) =>
    samples.map(({ name, labels, value }) => ({ name, value, ...Object.fromEntries(labels) })),
  );

test('a scrape shows the GPUs of both vendors', async () => {
  const fake = fakeNvidiaSmi(streams);
  const sysfs = fileURLToPath(new URL('../../fixtures/amdgpu/server-6.8', import.meta.url));
  const { text } = start({ command: fake.command, sysfs }, fake);
  const shown = await text();
  expect(promlint(shown).filter(({ severity }) => severity === 'error')).toEqual([]);
  const gpu0 = { hw_id: 'GPU-0', hw_name: 'gpu0', hw_model: 'Fake GPU', hw_vendor: 'NVIDIA' };
  const mi210 = { hw_id: 'd4c1a2b3e4f50617', hw_name: 'gpu0', hw_model: 'AMD Instinct MI210', hw_vendor: 'AMD' };
  expect(samplesOf(shown)).toEqual(
    expect.arrayContaining([
      { name: 'hw_gpu_utilization_ratio', value: 0.4, ...gpu0, hw_gpu_task: 'general' },
      { name: 'hw_gpu_memory_usage_bytes', value: 2 ** 30, ...gpu0 },
      { name: 'hw_gpu_memory_utilization_ratio', value: 0.25, ...gpu0 },
      { name: 'hw_gpu_utilization_ratio', value: 0.63, ...mi210, hw_gpu_task: 'general' },
      { name: 'hw_power_watts', value: 212, ...mi210, hw_type: 'gpu' },
      { name: 'hw_temperature_celsius', value: 52, ...mi210, hw_sensor_location: 'memory' },
      { name: 'hw_errors_total', value: 3, ...mi210, hw_type: 'gpu', error_type: 'corrected' },
    ]),
  );
  // What the fake does not report.
  expect(
    samplesOf(shown).filter(({ name, hw_vendor }) => hw_vendor === 'NVIDIA' && /watts|celsius/.test(name)),
  ).toEqual([]);
});

test('on a machine without a GPU there is no sample, and one line is logged', async () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.ALL);
  const { text } = start({});
  for (let scrape = 0; scrape < 3; scrape++) {
    expect(samplesOf(await text()).filter(({ name }) => name.startsWith('hw_'))).toEqual([]);
  }
  expect(lines.filter((line) => line.includes('GPU'))).toEqual([
    'collector gpu: no GPU of NVIDIA or AMD found; nothing is measured; looked for every 10 minutes',
  ]);
});

test('on a machine without a GPU, nvidia-smi is asked once', async () => {
  const fake = fakeNvidiaSmi('echo "No devices were found"; exit 6');
  const { text } = start({ command: fake.command, intervalMs: 100 }, fake);
  const reads = async () =>
    samplesOf(await text()).find((each) => each.name === 'otelier_collector_reads_total')?.value;
  // Readings continue, programs do not.
  await expect.poll(reads, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(fake.starts()).toHaveLength(1);
});

test('a failure is logged and counted, and the other vendor is not affected', async () => {
  const lines: string[] = [];
  const ignore = () => {};
  const warn = (line: string) => lines.push(line);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  lines.length = 0;
  const fake = fakeNvidiaSmi('echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18');
  const sysfs = fileURLToPath(new URL('../../fixtures/amdgpu/server-6.8', import.meta.url));
  const { text } = start({ command: fake.command, sysfs }, fake);
  const samples = samplesOf(await text());
  expect(samples.filter(({ name }) => name === 'hw_gpu_memory_limit_bytes').map((each) => each.hw_vendor)).toEqual([
    'AMD',
    'AMD',
  ]);
  expect(lines).toEqual([
    `source nvidia: ${fake.command} ended with code 18: Failed to initialize NVML: Driver/library version mismatch; its metrics are absent until it can be read`,
  ]);
});

const full: GpuReading = {
  id: 'GPU-1',
  index: 0,
  name: 'H100',
  vendor: 'NVIDIA',
  utilization: 0.5,
  encoderUtilization: 0.1,
  decoderUtilization: 0.2,
  memoryControllerUtilization: 0.3,
  memoryUsedBytes: 1,
  memoryTotalBytes: 4,
  powerWatts: 5,
  powerLimitWatts: 6,
  energyJoules: 7,
  temperatureCelsius: 8,
  memoryTemperatureCelsius: 9,
  clockHertz: 10,
  memoryClockHertz: 11,
  correctedErrors: 12,
  uncorrectedErrors: 13,
  throttleReasons: ['hw_slowdown'],
  xidErrors: new Map([[79, 14]]),
  processes: [{ pid: 15, memoryUsedBytes: 16 }],
};
const bare: GpuReading = { id: 'MIG-GPU-1/2/0', index: 3, name: 'H100', vendor: 'NVIDIA', parent: 'GPU-1' };

/** Returns one line for each value of a metric: its own attributes, and the value. */
function observed(reading: GpuReading): string {
  const common = ['hw.id', 'hw.model', 'hw.vendor', 'hw.name', 'hw.parent'];
  return Object.values(gpuMetrics)
    .flatMap(({ definition, read }) => {
      const lines: string[] = [];
      read([reading], (value, attributes = {}) => {
        const own = Object.entries(attributes).filter(([key]) => !common.includes(key));
        if (value !== undefined) lines.push([definition.name, ...own.map((each) => each.join('=')), value].join(' '));
      });
      return lines;
    })
    .join('\n');
}

test('every value of a reading has a metric', async () => {
  await expect(`${observed(full)}\n`).toMatchFileSnapshot('../../golden/collectors/gpu.txt');
  expect(observed(bare)).toBe('');
});

test('a MIG instance names its GPU', () => {
  const seen: unknown[] = [];
  gpuMetrics.memoryUsage.read([bare], (_, attributes) => seen.push(attributes));
  expect(seen).toEqual([
    { 'hw.id': 'MIG-GPU-1/2/0', 'hw.model': 'H100', 'hw.vendor': 'NVIDIA', 'hw.name': 'mig3', 'hw.parent': 'GPU-1' },
  ]);
});

test.each<[options: unknown, messages: string[]]>([
  [{ intervalMs: 10 }, ['gpu.intervalMs: got 10, expected a whole number of milliseconds from 100 to 3600000']],
  [{ intervalMs: '5000' }, ['gpu.intervalMs: got "5000", expected a whole number of milliseconds']],
  [
    { command: '', library: 1 },
    ['gpu.command: got "", expected a text that is not empty', 'gpu.library: got 1, expected a text that is not empty'],
  ],
  [{ comand: 'x' }, ['gpu.comand: expected a known option (did you mean "command"?)']],
  ['nvidia-smi', ['gpu: got "nvidia-smi", expected an object with options']],
])('rejects %j', (options, messages) => {
  try {
    gpu(options as GpuOptions);
    expect.unreachable();
  } catch (error) {
    for (const message of messages) expect((error as Error).message).toContain(message);
  }
});

test('an option that is undefined has its default', () => {
  expect(() => gpu({ intervalMs: undefined, command: undefined } as unknown as GpuOptions)).not.toThrow();
});

test('docs/collectors/gpu.md lists the metrics', () => {
  const page = readFileSync(new URL('../../../docs/collectors/gpu.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` \| [\w -]+ \| `(.*?)` \| (.*) \|$/gm)].map(
    ([, name, unit, attributes]) => ({
      name,
      unit,
      attributes: [...(attributes ?? '').matchAll(/`([\w.]+)`/g)].map(([, key]) => key),
    }),
  );
  const common = ['hw.id', 'hw.name', 'hw.model', 'hw.vendor', 'hw.parent'];
  const declared = gpu().catalogue.metrics.filter(({ name }) => !name.startsWith('otelier.'));
  expect(rows).toEqual(
    declared.map(({ name, unit, attributes }) => ({
      name,
      unit: unit || '1',
      attributes: Object.keys(attributes).filter((key) => !common.includes(key)),
    })),
  );
});
