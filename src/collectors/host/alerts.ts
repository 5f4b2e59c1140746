/** Rules of collector `host`. */
import { above, alert, below, type RuleGroup, ruleGroup } from '../../panels/index.js';
import { thresholdsOf } from '../options.js';
import { byInstance, ofInstance } from '../panel-defaults.js';
import {
  byFileSystem,
  cpuShare,
  freeInodes,
  freeSpace,
  type HostMetrics,
  hostMetricsForQueries,
  memoryShare,
  pressureShare,
} from './dashboard-queries.js';

/** Thresholds of the rules. All are shares from 0 to 1. */
export interface HostRulesOptions {
  /** Used share of the processors; 0.95 by default. */
  readonly cpuRatio?: number;
  /** Used share of the memory; 0.9 by default. */
  readonly memoryRatio?: number;
  /** Free share of the space of a file system, below which it is nearly full; 0.1 by default. */
  readonly freeSpaceRatio?: number;
  /** Free share of the space of a file system, below which it is full; 0.03 by default. */
  readonly fullSpaceRatio?: number;
  /** Free share of the inodes of a file system; 0.05 by default. */
  readonly freeInodesRatio?: number;
  /** Share of the time in which a task waits for a processor; 0.75 by default. */
  readonly cpuPressureRatio?: number;
  /** Share of the time in which all tasks wait for memory; 0.1 by default. */
  readonly memoryPressureRatio?: number;
  /** Share of the time in which all tasks wait for disks; 0.3 by default. */
  readonly ioPressureRatio?: number;
}

const defaults = {
  cpuRatio: 0.95,
  memoryRatio: 0.9,
  freeSpaceRatio: 0.1,
  fullSpaceRatio: 0.03,
  freeInodesRatio: 0.05,
  cpuPressureRatio: 0.75,
  memoryPressureRatio: 0.1,
  ioPressureRatio: 0.3,
};

type Thresholds = Readonly<typeof defaults>;

const over = '5m';

/**
 * Returns the rules of hosts: processors, memory, file systems and pressure.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function hostRules(options: HostRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf('hostRules', defaults, options);
  const metrics = hostMetricsForQueries();
  return [
    ruleGroup('host', {
      alerts: [
        ...resourceAlerts(metrics, thresholds),
        ...fileSystemAlerts(metrics, thresholds),
        ...pressureAlerts(metrics, thresholds),
      ],
    }),
  ];
}

function resourceAlerts(metrics: HostMetrics, { cpuRatio, memoryRatio }: Thresholds) {
  return [
    alert({
      name: 'HostCpuHigh',
      when: above(cpuShare(metrics, byInstance, over), cpuRatio),
      for: '15m',
      severity: 'ticket',
      summary: `The share {value} of the processors of the host of ${ofInstance} is in use.`,
      description:
        'Requests wait for a processor. Look for the process with the most processor time with top; if it is the expected load, add processors or hosts.',
    }),
    alert({
      name: 'HostMemoryHigh',
      when: above(memoryShare(metrics, byInstance), memoryRatio),
      severity: 'page',
      summary: `The share {value} of the memory of the host of ${ofInstance} is in use.`,
      description:
        'Soon the host swaps or the kernel ends processes. Look for the process with the most memory with top, and restart it or move it to another host.',
    }),
  ];
}

function fileSystemAlerts(metrics: HostMetrics, thresholds: Thresholds) {
  const { freeSpaceRatio, fullSpaceRatio, freeInodesRatio } = thresholds;
  const fileSystem = `{system.filesystem.mountpoint} on the host of ${ofInstance}`;
  const free = freeSpace(metrics, byFileSystem);
  const whatToDo = 'Look for the largest folders with du, and delete what is not needed or enlarge the file system.';
  return [
    alert({
      name: 'HostFileSystemNearlyFull',
      when: below(free, freeSpaceRatio),
      for: '30m',
      severity: 'ticket',
      summary: `The file system ${fileSystem} has the share {value} of its space left.`,
      description: `Programs that write will fail when no space is left. ${whatToDo}`,
    }),
    alert({
      name: 'HostFileSystemFull',
      when: below(free, fullSpaceRatio),
      severity: 'page',
      summary: `The file system ${fileSystem} is full: the share {value} of its space is left.`,
      description: `Programs that write fail, or soon will. ${whatToDo}`,
    }),
    alert({
      name: 'HostInodesNearlyUsedUp',
      when: below(freeInodes(metrics, byFileSystem), freeInodesRatio),
      for: '30m',
      severity: 'ticket',
      summary: `The file system ${fileSystem} has the share {value} of its inodes left.`,
      description:
        'No file can be created when no inode is left, even if space is. Look for folders with very many small files with du --inodes, and delete them.',
    }),
  ];
}

function pressureAlerts(metrics: HostMetrics, thresholds: Thresholds) {
  const { cpuPressureRatio, memoryPressureRatio, ioPressureRatio } = thresholds;
  return [
    alert({
      name: 'HostCpuPressure',
      when: above(pressureShare(metrics, byInstance, 'some', 'cpu', over), cpuPressureRatio),
      for: '15m',
      severity: 'ticket',
      summary: `Tasks on the host of ${ofInstance} wait for a processor for the share {value} of the time.`,
      description:
        'More tasks run than there are processors, so latencies rise. Run fewer workers on the host, or add processors.',
    }),
    alert({
      name: 'HostMemoryPressure',
      when: above(pressureShare(metrics, byInstance, 'full', 'memory', over), memoryPressureRatio),
      severity: 'page',
      summary: `All tasks on the host of ${ofInstance} wait for memory for the share {value} of the time.`,
      description:
        'The host reclaims memory or swaps instead of working. Restart or move the process with the most memory; then look at its growth.',
    }),
    alert({
      name: 'HostIoPressure',
      when: above(pressureShare(metrics, byInstance, 'full', 'io', over), ioPressureRatio),
      for: '15m',
      severity: 'ticket',
      summary: `All tasks on the host of ${ofInstance} wait for disks for the share {value} of the time.`,
      description:
        'Disks are the bottleneck. Look for the busiest disk and the duration of its operations on the dashboard, then for the process that causes them with iotop.',
    }),
  ];
}
