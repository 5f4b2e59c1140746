/** One reading of the runtime and of its process, in base units. What the platform does not tell is `undefined`. */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, type HeapSpaceInfo } from 'node:v8';
import type { Clock } from '../../model/clock.js';
import { readText } from '../read-text.js';
import type { DelayMonitor, EventLoopDelay } from './event-loop.js';
import { type ProcessStatus, parseMaxOpenFiles, parseProcessStatus } from './process-files.js';

/** Seconds of the processor, or their share of the time. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** Reading of the runtime. */
export interface RuntimeReading {
  readonly delay: EventLoopDelay | undefined;
  readonly loop: LoopTime | undefined;
  readonly memory: NodeJS.MemoryUsage | undefined;
  readonly heapSpaces: readonly HeapSpaceInfo[];
  /** Size of the heap at which V8 ends the process. */
  readonly heapLimitBytes: number | undefined;
  /** Number of active resources by type. */
  readonly resources: ReadonlyMap<string, number>;
  readonly usage: NodeJS.ResourceUsage | undefined;
  /** Seconds since the start of the process. */
  readonly cpu: CpuTime | undefined;
  /** Share of all processors since the last reading, from 0 to 1. */
  readonly cpuShare: CpuTime | undefined;
  /** Number of processors that the process may use. */
  readonly processors: number;
  readonly uptimeSeconds: number;
  /** Start of the process, seconds since 1970-01-01 UTC. */
  readonly startUnixSeconds: number;
  readonly status: ProcessStatus | undefined;
  readonly openFiles: number | undefined;
  readonly maxOpenFiles: number | undefined;
}

/** Seconds since the start of the process, and the active share since the last reading, from 0 to 1. */
export interface LoopTime {
  readonly active: number;
  readonly idle: number;
  readonly utilization: number;
}

/** Returns a function that reads the runtime. It is synchronous: each part takes microseconds. */
export function runtimeReader(monitor: DelayMonitor, clock: Clock): () => RuntimeReading {
  const limits = readText('/proc/self/limits');
  // Once: differences of two clocks that drift would move the start.
  const startUnixSeconds = clock.nowUnixMs() / 1_000 - process.uptime();
  const readLoop = loopReader();
  const processors = availableParallelism();
  const readCpuShare = cpuShareReader(processors);
  return () => {
    const usage = attempt(() => process.resourceUsage());
    const status = readText('/proc/self/status');
    const cpu = usage && { user: usage.userCPUTime / 1e6, system: usage.systemCPUTime / 1e6 };
    const uptimeSeconds = process.uptime();
    return {
      delay: monitor.take(),
      loop: attempt(readLoop),
      memory: attempt(() => process.memoryUsage()),
      heapSpaces: attempt(() => getHeapSpaceStatistics()) ?? [],
      heapLimitBytes: attempt(() => getHeapStatistics().heap_size_limit),
      resources: countOf(attempt(() => process.getActiveResourcesInfo()) ?? []),
      // Windows counts neither switches nor faults; Node then shows 0.
      usage: process.platform === 'win32' ? undefined : usage,
      cpu,
      cpuShare: cpu && readCpuShare(cpu, uptimeSeconds),
      processors,
      uptimeSeconds,
      startUnixSeconds,
      status: status === undefined ? undefined : parseProcessStatus(status),
      openFiles: attempt(openFiles),
      maxOpenFiles: limits === undefined ? undefined : parseMaxOpenFiles(limits),
    };
  };
}

/** Returns the result, or `undefined` where the runtime or the platform lacks what is read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function loopReader(): () => LoopTime {
  let last: ReturnType<typeof performance.eventLoopUtilization> | undefined;
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = last === undefined ? now : performance.eventLoopUtilization(now, last);
    last = now;
    return { active: now.active / 1_000, idle: now.idle / 1_000, utilization };
  };
}

function cpuShareReader(processors: number): (cpu: CpuTime, uptimeSeconds: number) => CpuTime | undefined {
  let last = { user: 0, system: 0, uptimeSeconds: 0 };
  return ({ user, system }, uptimeSeconds) => {
    const available = (uptimeSeconds - last.uptimeSeconds) * processors;
    const share = { user: (user - last.user) / available, system: (system - last.system) / available };
    last = { user, system, uptimeSeconds };
    return available > 0 ? share : undefined;
  };
}

function countOf(types: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** Returns the number of open files. Since Linux 6.2 it is the size of the folder, so its entries need not be listed. */
function openFiles(): number {
  const folder = '/proc/self/fd';
  const { size } = statSync(folder);
  // The folder itself is open while its entries are read.
  return size > 0 ? size : readdirSync(folder).length - 1;
}
