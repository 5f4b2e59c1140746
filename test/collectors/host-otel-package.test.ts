/** Collector `host` beside `@opentelemetry/host-metrics`, and with its readings. */
import type { Attributes } from '@opentelemetry/api';
import { HostMetrics } from '@opentelemetry/host-metrics';
import { type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { host } from 'otelier/collectors/host';
import { afterEach, describe, expect, test } from 'vitest';
import { cpuTimesOf, memoryOf, networkOf } from '../../src/collectors/host/otel-package.js';
import { type Scrape, startCollector } from './scraped.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

class ManualReader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

/** Starts the package with the SDK; returns a function that collects its values. */
function startPackage() {
  const reader = new ManualReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  stops.push(() => meterProvider.shutdown());
  new HostMetrics({ meterProvider }).start();
  return async () => {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return (name: string, matches: (attributes: Attributes) => boolean) =>
      metrics
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints as DataPoint<number>[])
        .filter(({ attributes }) => matches(attributes))
        .reduce((sum, { value }) => sum + value, 0);
  };
}

const directions = ['receive', 'transmit'];
/** Network interface that the package shows: only that of the default route. */
const interfaceOf = (scrape: Scrape) =>
  scrape.samples('system_network_io_bytes_total')[0]?.labels.get('network_interface_name') ?? '';

describe.skipIf(process.platform !== 'linux')('beside the package', () => {
  test.each(['proc', 'otel'] as const)('values from %s are those of the package', { timeout: 60_000 }, async (from) => {
    const collect = startPackage();
    const { scrape, shutdown } = startCollector(host({ from, intervalMs: 0 }));
    stops.push(shutdown);
    const [ofPackage, ours] = [await startCollectorOfPackage(), await scrape()];
    const theirs = await collect();
    for (const mode of ['user', 'nice', 'system', 'idle']) {
      const seconds = ours.value('system_cpu_time_seconds_total', { cpu_mode: mode }) ?? Number.NaN;
      const expected = theirs('system.cpu.time', (attributes) => attributes['system.cpu.state'] === mode);
      // All processors together gain so much in two seconds.
      expect([mode, Math.abs(seconds - expected) <= 2 * 64]).toEqual([mode, true]);
      expect([mode, Math.abs(seconds - expected) / Math.max(expected, 1) < 0.01 || expected < 100]).toEqual([
        mode,
        true,
      ]);
    }
    const used = ours.value('system_memory_usage_bytes', { system_memory_state: 'used' }) ?? Number.NaN;
    const expectedUsed = theirs('system.memory.usage', (attributes) => attributes['system.memory.state'] === 'used');
    expect(Math.abs(used - expectedUsed) / expectedUsed).toBeLessThan(0.2);
    // Their free memory is what Linux calls available.
    const available =
      from === 'proc'
        ? ours.value('system_memory_linux_available_bytes')
        : ours.value('system_memory_usage_bytes', { system_memory_state: 'free' });
    const expectedFree = theirs('system.memory.usage', (attributes) => attributes['system.memory.state'] === 'free');
    expect(Math.abs((available ?? Number.NaN) - expectedFree) / expectedFree).toBeLessThan(0.2);
    const device = interfaceOf(ofPackage);
    for (const direction of directions) {
      const labels = { network_interface_name: device, network_io_direction: direction };
      const isOf = (attributes: Attributes) =>
        attributes['system.device'] === device && attributes['network.io.direction'] === direction;
      const bytes = ours.value('system_network_io_bytes_total', labels) ?? Number.NaN;
      const expected = theirs('system.network.io', isOf);
      expect([direction, Math.abs(bytes - expected) <= Math.max(1e6, expected * 0.01)]).toEqual([direction, true]);
      expect(ours.value('system_network_errors_total', labels)).toBe(theirs('system.network.errors', isOf));
      expect(ours.value('system_network_packet_dropped_total', labels)).toBe(theirs('system.network.dropped', isOf));
    }
  });

  async function startCollectorOfPackage() {
    const { scrape, shutdown } = startCollector(host({ from: 'otel' }));
    stops.push(shutdown);
    return scrape();
  }
});

test('only groups that the package has are shown, and the load', async () => {
  const { scrape, shutdown } = startCollector(host({ from: 'otel', perCpu: true }));
  stops.push(shutdown);
  const first = await scrape();
  const sources = first.samples('otelier_collector_reads_total').map(({ labels }) => labels.get('source'));
  expect(sources).toEqual(['host.cpu', 'host.load', 'host.memory', 'host.network']);
  expect(first.value('system_cpu_time_seconds_total', { cpu_logical_number: '0', cpu_mode: 'user' })).toBeGreaterThan(
    0,
  );
});

test('on other platforms than Linux, the package is used', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  stops.push(async () => Object.defineProperty(process, 'platform', platform));
  const { scrape, shutdown } = startCollector(host());
  stops.push(shutdown);
  const { names } = await scrape();
  expect(names).toContain('system_memory_usage_bytes');
  expect(names).not.toContain('system_disk_io_bytes_total');
});

/** Observations with the names of the package, and with those of the conventions that it may have later. */
describe.each([
  ['former', 'system.cpu.state', 'system.cpu.logical_number', 'system.device', 'system.network.dropped'],
  ['current', 'cpu.mode', 'cpu.logical_number', 'network.interface.name', 'system.network.packet.dropped'],
])('%s names', (_, mode, number, device, dropped) => {
  const of = (name: string, value: number, attributes: Attributes) => ({ name, value, attributes });

  test('of processors', () => {
    const times = [
      of('system.cpu.time', 1, { [mode]: 'user', [number]: '0' }),
      of('system.cpu.time', 2, { [mode]: 'idle', [number]: '0' }),
      of('system.cpu.time', 4, { [mode]: 'user', [number]: '1' }),
      of('system.cpu.time', 8, { [mode]: 'dreaming', [number]: '1' }),
      of('system.cpu.utilization', 0.5, { [mode]: 'user', [number]: '1' }),
    ];
    expect(cpuTimesOf(times, false)).toEqual([{ number: undefined, seconds: { user: 5, idle: 2 } }]);
    expect(cpuTimesOf(times, true)).toEqual([
      { number: 0, seconds: { user: 1, idle: 2 } },
      { number: 1, seconds: { user: 4 } },
    ]);
  });

  test('of memory and networks', () => {
    const receive = { [device]: 'eth0', 'network.io.direction': 'receive' };
    const observations = [
      of('system.memory.usage', 3, { 'system.memory.state': 'used' }),
      of('system.memory.usage', 1, { 'system.memory.state': 'free' }),
      of('system.network.io', 10, receive),
      of('system.network.errors', 2, receive),
      of(dropped, 1, receive),
    ];
    expect(memoryOf(observations)).toEqual({ used: 3, free: 1, total: 4 });
    const nothing = { bytes: undefined, errors: undefined, dropped: undefined };
    expect(networkOf(observations)).toEqual([
      { name: 'eth0', receive: { bytes: 10, errors: 2, dropped: 1 }, transmit: nothing },
    ]);
    expect([memoryOf([]), networkOf([]), cpuTimesOf([], false)]).toEqual([
      { used: undefined, free: undefined, total: undefined },
      [],
      [],
    ]);
  });
});
