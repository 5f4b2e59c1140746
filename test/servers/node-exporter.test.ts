/** Collector `host` beside a real node_exporter: the same values, from the same machine, at the same time. */
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { host } from 'otelier/collectors/host';
import { parseExposition } from 'otelier/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram } from '../support/program.js';
import { realServer } from './available.js';
import { freePorts, untilAnswers } from './listening.js';

const server = realServer('NODE_EXPORTER');

const withoutSpace =
  'autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|' +
  'procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs';

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}
const samplesOf = (text: string): Sample[] =>
  parseExposition(text).flatMap(({ samples }) =>
    samples.map(({ name, labels, value }) => ({ name, labels: Object.fromEntries(labels), value })),
  );
const has = (sample: Sample, labels: Labels) =>
  Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
/** Returns the sum of the samples with these labels; NaN without a sample. */
function sumOf(samples: readonly Sample[], name: string, labels: Labels = {}): number {
  const found = samples.filter((sample) => sample.name === name && has(sample, labels));
  return found.length === 0 ? Number.NaN : found.reduce((sum, { value }) => sum + value, 0);
}
const labelsOf = (samples: readonly Sample[], name: string, label: string) =>
  [...new Set(samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? ''))].sort();

/** Scrapes of node_exporter before and after one of the collector. */
const scrapes: { before: Sample[]; ours: Sample[]; after: Sample[] } = { before: [], ours: [], after: [] };

/** Compares a value: it lies between the two values of node_exporter; `tolerance` widens the range. */
function expectBetween(name: string, ours: number, theirs: (samples: readonly Sample[]) => number, tolerance: number) {
  const [before, after] = [theirs(scrapes.before), theirs(scrapes.after)];
  const isBetween = ours >= Math.min(before, after) - tolerance && ours <= Math.max(before, after) + tolerance;
  expect({ name, before, ours, after, isBetween }).toMatchObject({ isBetween: true });
}

describe.skipIf(server.missing)(`node_exporter${server.note}`, () => {
  const stops: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}/metrics`;
    const program = startProgram(server.bin, [
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
      // The defaults of the project, which Debian changes.
      '--collector.netdev.device-exclude=^none$',
      `--collector.filesystem.fs-types-exclude=^(${withoutSpace})$`,
      '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+)($|/)',
    ]);
    stops.push(program.stop);
    await untilAnswers(program, url);
    const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
    const metrics = startMetrics({ environment: {}, isolated: true, backends: [endpoint], collectors: [host()] });
    stops.push(metrics.shutdown);
    const scrape = async () => samplesOf(await (await fetch(url)).text());
    scrapes.before = await scrape();
    scrapes.ours = samplesOf(await (await endpoint.fetch(new Request('http://localhost/metrics'))).text());
    scrapes.after = await scrape();
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  test.each([
    ['user', ['user']],
    ['nice', ['nice']],
    ['system', ['system']],
    ['idle', ['idle']],
    ['iowait', ['iowait']],
    ['interrupt', ['irq', 'softirq']],
    ['steal', ['steal']],
  ])('processor time in mode %s', (mode, theirs) => {
    const cpus = labelsOf(scrapes.before, 'node_cpu_seconds_total', 'cpu').length;
    const ours = sumOf(scrapes.ours, 'system_cpu_time_seconds_total', { cpu_mode: mode });
    const sum = (samples: readonly Sample[]) =>
      theirs.reduce((total, each) => total + sumOf(samples, 'node_cpu_seconds_total', { mode: each }), 0);
    // The kernel rounds the time of each processor to hundredths of a second.
    expectBetween(mode, ours, sum, 0.02 * cpus * theirs.length);
  });

  test.each([
    ['system_memory_limit_bytes', {}, 'MemTotal', 0],
    ['system_memory_usage_bytes', { system_memory_state: 'free' }, 'MemFree', 0.02],
    ['system_memory_usage_bytes', { system_memory_state: 'buffers' }, 'Buffers', 0.02],
    ['system_memory_usage_bytes', { system_memory_state: 'cached' }, 'Cached', 0.02],
    ['system_memory_linux_available_bytes', {}, 'MemAvailable', 0.02],
    ['system_memory_linux_shared_bytes', {}, 'Shmem', 0.02],
    ['system_memory_linux_slab_usage_bytes', { system_memory_linux_slab_state: 'reclaimable' }, 'SReclaimable', 0.02],
    ['system_memory_linux_slab_usage_bytes', { system_memory_linux_slab_state: 'unreclaimable' }, 'SUnreclaim', 0.02],
    ['system_paging_usage_bytes', { system_paging_state: 'free' }, 'SwapFree', 0.02],
  ])('memory: %s %o', (name, labels, theirs, tolerance) => {
    const total = sumOf(scrapes.before, 'node_memory_MemTotal_bytes');
    const ours = sumOf(scrapes.ours, name, labels as Labels);
    expectBetween(name, ours, (samples) => sumOf(samples, `node_memory_${theirs}_bytes`), tolerance * total);
  });

  test('used memory is the total without what is available', () => {
    const used = sumOf(scrapes.ours, 'system_memory_usage_bytes', { system_memory_state: 'used' });
    const available = sumOf(scrapes.ours, 'system_memory_linux_available_bytes');
    expect(used + available).toBe(sumOf(scrapes.before, 'node_memory_MemTotal_bytes'));
  });

  const disk = (metric: string, direction: string, theirs: string) => [metric, direction, theirs] as const;
  test.each([
    disk('io_bytes', 'read', 'read_bytes'),
    disk('io_bytes', 'write', 'written_bytes'),
    disk('operations', 'read', 'reads_completed'),
    disk('operations', 'write', 'writes_completed'),
    disk('merged', 'read', 'reads_merged'),
    disk('merged', 'write', 'writes_merged'),
    disk('operation_time_seconds', 'read', 'read_time_seconds'),
    disk('operation_time_seconds', 'write', 'write_time_seconds'),
  ])('disks: %s, %s', (metric, direction, theirs) => {
    const name = `system_disk_${metric}_total`;
    const devices = labelsOf(scrapes.ours, name, 'system_device');
    const theirDevices = labelsOf(scrapes.before, `node_disk_${theirs}_total`, 'device');
    // Versions of node_exporter before 1.6 show memory disks.
    expect(devices).toEqual(theirDevices.filter((device) => !/^zram\d+$/.test(device)));
    for (const device of devices) {
      const ours = sumOf(scrapes.ours, name, { system_device: device, disk_io_direction: direction });
      expectBetween(device, ours, (samples) => sumOf(samples, `node_disk_${theirs}_total`, { device }), 1e-6);
    }
  });

  test.each([
    ['io_bytes', 'bytes'],
    ['packet_dropped', 'drop'],
    ['errors', 'errs'],
  ])('networks: %s', (metric, theirs) => {
    const name = `system_network_${metric}_total`;
    for (const device of labelsOf(scrapes.ours, name, 'network_interface_name')) {
      for (const direction of ['receive', 'transmit']) {
        const labels = { network_interface_name: device, network_io_direction: direction };
        const theirName = `node_network_${direction}_${theirs}_total`;
        const ours = sumOf(scrapes.ours, name, labels);
        // The kernel counts some interfaces per processor, and does not add the counts at once.
        const tolerance = theirs === 'bytes' ? 4_096 : 0;
        expectBetween(`${device} ${direction}`, ours, (samples) => sumOf(samples, theirName, { device }), tolerance);
      }
    }
    expect(labelsOf(scrapes.ours, name, 'network_interface_name')).toContain('lo');
  });

  test('file systems: size, free and reserved space, and inodes', () => {
    const mountPoints = labelsOf(scrapes.ours, 'system_filesystem_limit_bytes', 'system_filesystem_mountpoint');
    expect(mountPoints).not.toEqual([]);
    for (const mountpoint of mountPoints) {
      const labels = { system_filesystem_mountpoint: mountpoint };
      const size = sumOf(scrapes.ours, 'system_filesystem_limit_bytes', labels);
      const of = (state: string, metric = 'usage_bytes') =>
        sumOf(scrapes.ours, `system_filesystem_${metric}`, { ...labels, system_filesystem_state: state });
      const theirs = (metric: string) => (samples: readonly Sample[]) =>
        sumOf(samples, `node_filesystem_${metric}`, { mountpoint });
      expectBetween(`size of ${mountpoint}`, size, theirs('size_bytes'), 0);
      expectBetween(`free on ${mountpoint}`, of('free'), theirs('avail_bytes'), 0.01 * size);
      expectBetween(`unused on ${mountpoint}`, of('free') + of('reserved'), theirs('free_bytes'), 0.01 * size);
      const inodes = of('used', 'inodes_usage') + of('free', 'inodes_usage');
      if (!Number.isNaN(inodes)) expectBetween(`inodes on ${mountpoint}`, inodes, theirs('files'), 0);
    }
  });

  test('file systems: node_exporter has no other devices', () => {
    const ours = labelsOf(scrapes.ours, 'system_filesystem_limit_bytes', 'system_device');
    const theirs = scrapes.before.filter(({ name, value }) => name === 'node_filesystem_size_bytes' && value > 0);
    const others = theirs.filter(({ labels }) => !ours.includes(labels['device'] ?? ''));
    expect(others.filter(({ labels }) => labels['fstype'] !== 'ramfs')).toEqual([]);
  });

  test.each([
    ['system_paging_faults_total', { system_paging_fault_type: 'major' }, ['pgmajfault']],
    ['system_paging_faults_total', {}, ['pgfault']],
    ['system_paging_operations_total', { system_paging_direction: 'in' }, ['pswpin']],
    ['system_paging_operations_total', { system_paging_direction: 'out' }, ['pswpout']],
  ])('paging: %s %o', (name, labels, [theirs]) => {
    const ours = sumOf(scrapes.ours, name, labels as Labels);
    expectBetween(name, ours, (samples) => sumOf(samples, `node_vmstat_${theirs}`), 0);
  });

  test.each([
    ['1m', 'node_load1'],
    ['5m', 'node_load5'],
    ['15m', 'node_load15'],
  ])('load, %s', (suffix, theirs) => {
    const ours = sumOf(scrapes.ours, `system_cpu_load_average_${suffix}`);
    // node_exporter shows two decimal places.
    expectBetween(suffix, ours, (samples) => sumOf(samples, theirs), 0.01);
  });

  test.each([
    ['cpu', 'some', 'cpu_waiting'],
    ['io', 'some', 'io_waiting'],
    ['io', 'full', 'io_stalled'],
    ['memory', 'some', 'memory_waiting'],
    ['memory', 'full', 'memory_stalled'],
  ])('pressure of %s, %s', (resource, type, theirs) => {
    const theirName = `node_pressure_${theirs}_seconds_total`;
    const labels = { system_linux_pressure_resource: resource, system_linux_pressure_stall_type: type };
    const ours = sumOf(scrapes.ours, 'system_linux_pressure_time_seconds_total', labels);
    const isKnown = !Number.isNaN(sumOf(scrapes.before, theirName));
    expect(!Number.isNaN(ours)).toBe(isKnown);
    if (isKnown) expectBetween(resource, ours, (samples) => sumOf(samples, theirName), 1e-6);
  });
});
