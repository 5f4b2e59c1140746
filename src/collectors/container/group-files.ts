/**
 * Parsers of the files of control groups, with the names of the files and fields in both versions.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 * @see https://docs.kernel.org/admin-guide/cgroup-v1/index.html
 */
import { countOf, keyedCounts, scaled, ticksPerSecond } from '../read-text.js';

type Count = number | undefined;
/** Texts of files by name; `undefined` for files that cannot be read. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** Processor time in seconds, and periods of the quota. */
export interface GroupCpu {
  readonly total: Count;
  readonly user: Count;
  readonly system: Count;
  readonly periods: Count;
  readonly throttledPeriods: Count;
  readonly throttledSeconds: Count;
}

/** Memory in bytes, and events. */
export interface GroupMemory {
  readonly usage: Count;
  /** Usage without file caches that were not used recently, as Kubernetes computes it. */
  readonly workingSet: Count;
  readonly rss: Count;
  readonly available: Count;
  readonly faults: Count;
  readonly majorFaults: Count;
  readonly oomKills: Count;
}

/** Transfers of a device. */
export interface GroupTransfers {
  /** Major and minor number, such as `8:0`. */
  readonly device: string;
  readonly direction: 'read' | 'write';
  readonly bytes: Count;
  readonly operations: Count;
}

/** Limits; `undefined` without a limit. */
export interface GroupLimits {
  readonly cpus: Count;
  readonly memoryBytes: Count;
  readonly pids: Count;
}

/** Names of the files of a version. */
export interface FileNames {
  readonly cpu: readonly string[];
  readonly cpuacct: readonly string[];
  readonly memory: readonly string[];
  readonly io: readonly string[];
}

/** Files that the parsers take, by controller and version. */
export const fileNames: Readonly<Record<1 | 2, FileNames>> = {
  1: {
    cpu: ['cpu.stat'],
    cpuacct: ['cpuacct.usage', 'cpuacct.stat'],
    memory: ['memory.usage_in_bytes', 'memory.stat', 'memory.oom_control', 'memory.limit_in_bytes'],
    // Those of descendants are in the first two, which kernels before 4.4 lack.
    io: [
      'blkio.throttle.io_service_bytes_recursive',
      'blkio.throttle.io_serviced_recursive',
      'blkio.throttle.io_service_bytes',
      'blkio.throttle.io_serviced',
    ],
  },
  2: {
    cpu: ['cpu.stat'],
    cpuacct: [],
    memory: ['memory.current', 'memory.stat', 'memory.events', 'memory.max'],
    io: ['io.stat'],
  },
};
/** Files of limits, in both versions. */
export const limitNames = {
  cpu: ['cpu.max', 'cpu.cfs_quota_us', 'cpu.cfs_period_us'],
  memory: ['memory.max', 'memory.limit_in_bytes'],
  pids: ['pids.max'],
};

const counts = (text: string | undefined) => keyedCounts(text ?? '');

/** Parses the files of the controllers `cpu` and `cpuacct`. */
export function parseGroupCpu(texts: Texts): GroupCpu {
  const stat = counts(texts['cpu.stat']);
  const account = counts(texts['cpuacct.stat']);
  return {
    total: scaled(stat('usage_usec'), 1e-6) ?? scaled(countOf(texts['cpuacct.usage']), 1e-9),
    user: scaled(stat('user_usec'), 1e-6) ?? scaled(account('user'), 1 / ticksPerSecond),
    system: scaled(stat('system_usec'), 1e-6) ?? scaled(account('system'), 1 / ticksPerSecond),
    periods: stat('nr_periods'),
    throttledPeriods: stat('nr_throttled'),
    throttledSeconds: scaled(stat('throttled_usec'), 1e-6) ?? scaled(stat('throttled_time'), 1e-9),
  };
}

/** Parses the files of the controller `memory`. */
export function parseGroupMemory(texts: Texts): GroupMemory {
  const stat = counts(texts['memory.stat']);
  const usage = countOf(texts['memory.current'] ?? texts['memory.usage_in_bytes']);
  // In version 1, fields without `total_` exclude the groups below.
  const inactive = stat('total_inactive_file') ?? stat('inactive_file');
  const workingSet = usage === undefined || inactive === undefined ? undefined : Math.max(0, usage - inactive);
  const limit = limitOf(texts['memory.max'] ?? texts['memory.limit_in_bytes']);
  return {
    usage,
    workingSet,
    rss: stat('total_rss') ?? stat('anon'),
    available: limit === undefined || workingSet === undefined ? undefined : Math.max(0, limit - workingSet),
    faults: stat('total_pgfault') ?? stat('pgfault'),
    majorFaults: stat('total_pgmajfault') ?? stat('pgmajfault'),
    oomKills: counts(texts['memory.events'] ?? texts['memory.oom_control'])('oom_kill'),
  };
}

/** Parses the files of the controller `io`, which is `blkio` in version 1. */
export function parseGroupIo(texts: Texts): GroupTransfers[] {
  const second = texts['io.stat'];
  if (second !== undefined) return parseIoStat(second);
  const of = (name: string) => parseBlkio(texts[`${name}_recursive`] ?? texts[name] ?? '');
  const [bytes, operations] = [of('blkio.throttle.io_service_bytes'), of('blkio.throttle.io_serviced')];
  return [...new Set([...bytes.keys(), ...operations.keys()])].map((key) => {
    const [device = '', direction = ''] = key.split(' ');
    return {
      device,
      direction: direction === 'Read' ? 'read' : 'write',
      bytes: bytes.get(key),
      operations: operations.get(key),
    };
  });
}

function parseIoStat(text: string): GroupTransfers[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', ...fields] = line.split(' ');
    if (!/^\d+:\d+$/.test(device)) return [];
    const values = new Map(fields.map((field) => field.split('=') as [string, string | undefined]));
    const of = (key: string) => countOf(values.get(key));
    return [
      { device, direction: 'read' as const, bytes: of('rbytes'), operations: of('rios') },
      { device, direction: 'write' as const, bytes: of('wbytes'), operations: of('wios') },
    ];
  });
}

/** Parses lines such as `8:0 Read 4096`. */
function parseBlkio(text: string): ReadonlyMap<string, number> {
  return new Map(
    [...text.matchAll(/^(\d+:\d+ (?:Read|Write)) (\d+)$/gm)].flatMap(([, key = '', digits]) => {
      const count = countOf(digits);
      return count === undefined ? [] : [[key, count]];
    }),
  );
}

/** Version 1 shows the largest multiple of the page size instead of no limit. */
const unlimitedBytes = 2 ** 62;

function limitOf(text: string | undefined): Count {
  const limit = countOf(text);
  return limit === undefined || limit >= unlimitedBytes ? undefined : limit;
}

/** Parses the files of limits. */
export function parseGroupLimits(texts: Texts): GroupLimits {
  const [, quota, period] = /^(\d+) (\d+)\s*$/.exec(texts['cpu.max'] ?? '') ?? [];
  const microseconds = countOf(quota ?? texts['cpu.cfs_quota_us']);
  const periodMicroseconds = countOf(period ?? texts['cpu.cfs_period_us']);
  return {
    cpus: microseconds !== undefined && periodMicroseconds ? microseconds / periodMicroseconds : undefined,
    memoryBytes: limitOf(texts['memory.max'] ?? texts['memory.limit_in_bytes']),
    pids: limitOf(texts['pids.max']),
  };
}
