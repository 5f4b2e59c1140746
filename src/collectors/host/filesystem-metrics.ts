/** Metrics of file systems, and sizes that rarely change. */
import { oneOf, text } from '../../catalogue/attributes.js';
import type { Observe } from '../collector.js';
import { observeEach, readGauge, readUpDownCounter } from '../read-metrics.js';
import type { FileSystem } from './filesystems.js';
import type { Limits } from './groups.js';

const state = 'system.filesystem.state';
const ofDevice = { 'system.device': text({ limit: 200 }) };
const ofFileSystem = {
  ...ofDevice,
  'system.filesystem.mountpoint': text({ limit: 200 }),
  'system.filesystem.type': text({ limit: 50 }),
  'system.filesystem.mode': oneOf('rw', 'ro'),
};
const ofSpace = { ...ofFileSystem, [state]: oneOf('used', 'free', 'reserved') };

const eachOf =
  (show: (observe: Observe, file: FileSystem, attributes: Readonly<Record<string, string>>) => void) =>
  (files: readonly FileSystem[], observe: Observe) => {
    for (const file of files) {
      const { source, mountPoint, type, mode } = file.mount;
      show(observe, file, {
        'system.device': source,
        'system.filesystem.mountpoint': mountPoint,
        'system.filesystem.type': type,
        'system.filesystem.mode': mode,
      });
    }
  };

const sizeOf = ({ used, free, reserved }: FileSystem['bytes']) => used + free + reserved;

/** The metrics of group `filesystem`. Inodes have the name of the OpenTelemetry Collector, the conventions have none. */
export const fileSystemMetrics = {
  fileSystemUsage: readUpDownCounter(
    'system.filesystem.usage',
    'By',
    'Space of file systems by state; reserved is free for the administrator only.',
    ofSpace,
    eachOf((observe, { bytes }, attributes) => observeEach(observe, state, { ...bytes }, attributes)),
  ),
  fileSystemUtilization: readGauge(
    'system.filesystem.utilization',
    '1',
    'Share of the space of file systems in each state.',
    ofSpace,
    eachOf((observe, { bytes }, attributes) => {
      for (const [name, value] of Object.entries(bytes))
        observe(value / sizeOf(bytes), { ...attributes, [state]: name });
    }),
  ),
  fileSystemLimit: readUpDownCounter(
    'system.filesystem.limit',
    'By',
    'Size of file systems.',
    ofFileSystem,
    eachOf((observe, { bytes }, attributes) => observe(sizeOf(bytes), attributes)),
  ),
  inodesUsage: readUpDownCounter(
    'system.filesystem.inodes.usage',
    '{inode}',
    'Inodes of file systems by state; absent for file systems that do not count them.',
    { ...ofFileSystem, [state]: oneOf('used', 'free') },
    eachOf((observe, { inodes }, attributes) => observeEach(observe, state, { ...inodes }, attributes)),
  ),
};

/** The metrics of group `limits`. */
export const limitMetrics = {
  cpuCount: readUpDownCounter(
    'system.cpu.logical.count',
    '{cpu}',
    'Logical processors.',
    {},
    ({ logicalCpus }: Limits, observe) => observe(logicalCpus),
  ),
  memoryLimit: readUpDownCounter(
    'system.memory.limit',
    'By',
    'Size of the physical memory.',
    {},
    ({ memoryBytes }: Limits, observe) => observe(memoryBytes),
  ),
  diskLimit: readUpDownCounter(
    'system.disk.limit',
    'By',
    'Size of disks.',
    ofDevice,
    ({ diskBytes }: Limits, observe) => observeEach(observe, 'system.device', Object.fromEntries(diskBytes)),
  ),
};
