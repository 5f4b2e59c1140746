/** Readers of the host on Linux: they read a few files of the kernel and call a parser. */
import { existsSync, readdirSync } from 'node:fs';
import { loadavg, uptime } from 'node:os';
import { countOf, type KernelFiles, keyedCounts, readText, scaled } from '../read-text.js';
import type { SourceOptions } from '../source.js';
import { cpuUsageFollower, parseCpuTimes } from './cpu.js';
import { fileSystemReader } from './filesystems.js';
import type { HostGroup, Limits, Load } from './groups.js';
import { mountsToShow } from './mounts.js';
import {
  isWholeDisk,
  parseCpuCount,
  parseDisks,
  parseMemory,
  parseNetwork,
  parsePaging,
  parsePressure,
  pressureResources,
} from './proc-files.js';

/** How a group is read: a part of the options of its source. */
// biome-ignore lint/suspicious/noExplicitAny: groups have different readings.
export type GroupReader = Pick<SourceOptions<any, any>, 'load' | 'parse'>;

/**
 * Returns the readers of all groups.
 *
 * @param root folder that holds `proc` and `sys`; `/` on a real host.
 */
export function linuxReaders(
  root: string,
  perCpu: boolean,
  { read }: Pick<KernelFiles, 'read'>,
): Record<HostGroup, GroupReader> {
  const proc = `${root}proc`;
  /** Returns a reader of one file: without the file there is no reading, and no failure. */
  const file = <R>(path: string, parse: (text: string) => R): GroupReader => ({
    load: () => read(path),
    parse: (text: string | undefined) => (text === undefined ? undefined : parse(text)),
  });
  const follow = cpuUsageFollower();
  const cpu = file(`${proc}/stat`, (text) => follow(parseCpuTimes(text, perCpu)));
  const readSpace = fileSystemReader();
  const mounts = remembered(mountsToShow);
  // Without those that the kernel lacks, because a file that is absent costs more than one that is read.
  const pressures = pressureResources.filter((resource) => existsSync(`${proc}/pressure/${resource}`));
  // The first collection then has shares.
  cpu.parse(cpu.load());
  return {
    cpu,
    load: { load: readLoad, parse: (load) => load },
    memory: file(`${proc}/meminfo`, parseMemory),
    paging: {
      load: () => [read(`${proc}/meminfo`), read(`${proc}/vmstat`)],
      parse: ([meminfo = '', vmstat = '']) => parsePaging(meminfo, vmstat),
    },
    disk: file(`${proc}/diskstats`, parseDisks),
    // Of the network namespace of this process.
    network: file(`${proc}/net/dev`, parseNetwork),
    pressure: {
      load: () => pressures.map((resource) => [resource, read(`${proc}/pressure/${resource}`)]),
      parse: (texts: [string, string | undefined][]) =>
        Object.fromEntries(
          texts.map(([resource, text]) => [resource, text === undefined ? text : parsePressure(text)]),
        ),
    },
    filesystem: {
      load: () => readSpace(mounts(read(`${proc}/self/mountinfo`) ?? '')),
      parse: (found) => found,
    },
    limits: { load: () => readLimits(root, read), parse: (limits) => limits },
  };
}

/** Returns a parser that returns its last result for an equal text. */
function remembered<R>(parse: (text: string) => R): (text: string) => R {
  let last: { readonly text: string; readonly result: R } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: parse(text) };
    return last.result;
  };
}

/** Reads the averages and the uptime. Windows has no averages: Node returns zeros. */
export function readLoad(): Load {
  return { averages: process.platform === 'win32' ? [] : loadavg(), uptimeSeconds: uptime() };
}

function readLimits(root: string, read: KernelFiles['read']): Limits {
  return {
    logicalCpus: parseCpuCount(read(`${root}sys/devices/system/cpu/online`) ?? ''),
    memoryBytes: scaled(keyedCounts(read(`${root}proc/meminfo`) ?? '')('MemTotal'), 1_024),
    diskBytes: new Map(
      namesIn(`${root}sys/block`).flatMap((name) => {
        // A machine can have more disks than files may stay open.
        const sectors = isWholeDisk(name) ? countOf(readText(`${root}sys/block/${name}/size`)) : 0;
        return sectors ? [[name, sectors * 512]] : [];
      }),
    ),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
