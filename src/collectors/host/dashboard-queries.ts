/** Queries that the dashboard and the rules of the host share. */
import { divide, type MetricsOf, metricsOf, minus, type Query, rate, value, type Window } from '../../panels/index.js';
import { byInstance } from '../panel-defaults.js';
import { hostCatalogue } from './metrics.js';

export type HostMetrics = MetricsOf<ReturnType<typeof hostCatalogue>['definitions']>;

/** Returns the metrics of all groups. */
export const hostMetricsForQueries = (): HostMetrics => metricsOf(hostCatalogue());

/** Labels of one file system. */
export const byFileSystem = [...byInstance, 'system.device', 'system.filesystem.mountpoint'] as const;

type By = readonly ('job' | 'instance')[];
type ByFileSystem = readonly (typeof byFileSystem)[number][];
type ByResource = readonly (By[number] | 'system.linux.pressure.resource')[];

/** Share of the time of all processors in which they worked. */
export function cpuShare({ cpuTime }: HostMetrics, by: By, over: Window = 'auto'): Query {
  const idle = rate(cpuTime, { by, over, where: { 'cpu.mode': ['idle', 'iowait'] } });
  return minus(1, divide(idle, rate(cpuTime, { by, over })));
}

/** Share of the physical memory that new programs cannot have. */
export function memoryShare({ memoryUtilization }: HostMetrics, by: By): Query {
  return value(memoryUtilization, { by, where: { 'system.memory.state': 'used' } });
}

/** Free share of the space of writable file systems. */
export function freeSpace({ fileSystemUsage }: HostMetrics, by: ByFileSystem): Query {
  const where = { 'system.filesystem.mode': 'rw' } as const;
  const free = value(fileSystemUsage, { by, where: { ...where, 'system.filesystem.state': 'free' } });
  return divide(free, value(fileSystemUsage, { by, where }));
}

/** Free share of the inodes of writable file systems. */
export function freeInodes({ inodesUsage }: HostMetrics, by: ByFileSystem): Query {
  const where = { 'system.filesystem.mode': 'rw' } as const;
  const free = value(inodesUsage, { by, where: { ...where, 'system.filesystem.state': 'free' } });
  return divide(free, value(inodesUsage, { by, where }));
}

/** Share of the time in which at least one task waited for a resource (some), or all tasks (full). */
export function pressureShare(
  { pressure }: HostMetrics,
  by: ByResource,
  stall: 'some' | 'full',
  resource: 'cpu' | 'memory' | 'io' | undefined = undefined,
  over: Window = 'auto',
): Query {
  const where = { 'system.linux.pressure.stall_type': stall } as const;
  const condition = resource === undefined ? where : { ...where, 'system.linux.pressure.resource': resource };
  return rate(pressure, { by, over, where: condition });
}
