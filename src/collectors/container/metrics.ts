/**
 * The metrics of the container, by group.
 *
 * Names are those of OpenTelemetry's conventions where they have one. Limits and processes have the names of the
 * OpenTelemetry Collector. Throttling and kills have names that Prometheus shows as those of cAdvisor, so the rules for
 * Kubernetes apply.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/system/container-metrics/
 */
import { type AttributeTypes, oneOf, optional, text } from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import { collectorScope, type InstrumentKind } from '../../model/instrument.js';
import { definitionsOf, type Observe, type ReadMetrics } from '../collector.js';
import { type Make, observeEach, readCounter, readGauge, readUpDownCounter } from '../read-metrics.js';
import type { GroupCpu, GroupLimits, GroupMemory, GroupTransfers } from './group-files.js';

/** Default interval of the readings of each group, in milliseconds. */
export const containerGroups = { cpu: 1_000, memory: 1_000, disk: 1_000, pids: 1_000, limits: 60_000 };

/** Name of a group of metrics. */
export type ContainerGroup = keyof typeof containerGroups;

/** A reading with the attributes of the container. */
export interface OfContainer<V> {
  readonly values: V;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Processor time, and the processors that were used since the reading before. */
export interface CpuReading extends GroupCpu {
  readonly cpus: number | undefined;
}

/** Transfers with the name of the device, such as `sda`. */
export type DiskReading = readonly GroupTransfers[];

const container = { 'container.id': optional(text({ limit: 1 })) };
const mode = 'cpu.mode';
const fault = 'system.paging.fault.type';

/** Makes a metric with one value. */
const single = <K extends InstrumentKind, V>(
  make: Make<K>,
  name: string,
  unit: string,
  description: string,
  pick: (values: V) => number | undefined,
) =>
  make(name, unit, description, container, ({ values, attributes }: OfContainer<V>, observe) =>
    observe(pick(values), attributes),
  );

/** Makes a metric with further attributes. */
const several = <V, const A extends AttributeTypes>(
  name: string,
  unit: string,
  description: string,
  more: A,
  read: (values: V, observe: Observe, attributes: OfContainer<V>['attributes']) => void,
) =>
  readCounter(name, unit, description, { ...container, ...more }, ({ values, attributes }: OfContainer<V>, observe) =>
    read(values, observe, attributes),
  );

const transfers = (name: string, unit: string, description: string, key: 'bytes' | 'operations') =>
  several(
    name,
    unit,
    description,
    { 'system.device': text({ limit: 200 }), 'disk.io.direction': oneOf('read', 'write') },
    (all: DiskReading, observe, attributes) => {
      for (const { device, direction, [key]: value } of all)
        observe(value, { ...attributes, 'system.device': device, 'disk.io.direction': direction });
    },
  );

/** The metrics of all groups. */
export const containerMetrics = {
  cpu: {
    cpuTime: several(
      'container.cpu.time',
      's',
      'Processor time of the container by mode; without a mode where the kernel does not tell modes apart.',
      { [mode]: optional(oneOf('user', 'system')) },
      ({ user, system, total }: CpuReading, observe, attributes) => {
        if (user === undefined || system === undefined) observe(total, attributes);
        else observeEach(observe, mode, { user, system }, attributes);
      },
    ),
    cpuUsage: single(
      readGauge,
      'container.cpu.usage',
      '{cpu}',
      'Processors that the container used on average since the last reading.',
      ({ cpus }: CpuReading) => cpus,
    ),
    cpuPeriods: single(
      readCounter,
      'container.cpu.cfs.periods',
      '{period}',
      'Periods of the processor quota in which the container ran.',
      ({ periods }: CpuReading) => periods,
    ),
    throttledPeriods: single(
      readCounter,
      'container.cpu.cfs.throttled_periods',
      '{period}',
      'Periods in which the container used up its processor quota.',
      ({ throttledPeriods }: CpuReading) => throttledPeriods,
    ),
    throttledTime: single(
      readCounter,
      'container.cpu.cfs.throttled',
      's',
      'Time in which the container waited for the next period.',
      ({ throttledSeconds }: CpuReading) => throttledSeconds,
    ),
  },
  memory: {
    memoryUsage: single(
      readUpDownCounter,
      'container.memory.usage',
      'By',
      'Memory of the container, file caches included.',
      ({ usage }: GroupMemory) => usage,
    ),
    workingSet: single(
      readUpDownCounter,
      'container.memory.working_set',
      'By',
      'Memory of the container without file caches that were not used recently.',
      ({ workingSet }: GroupMemory) => workingSet,
    ),
    rss: single(
      readUpDownCounter,
      'container.memory.rss',
      'By',
      'Memory of the container that belongs to no file.',
      ({ rss }: GroupMemory) => rss,
    ),
    memoryAvailable: single(
      readUpDownCounter,
      'container.memory.available',
      'By',
      'Limit of the memory without the working set; absent without a limit.',
      ({ available }: GroupMemory) => available,
    ),
    pagingFaults: several(
      'container.paging.faults',
      '{fault}',
      'Page faults of the container.',
      { [fault]: oneOf('major', 'minor') },
      ({ faults, majorFaults: major }: GroupMemory, observe, attributes) => {
        const minor = faults === undefined || major === undefined ? undefined : Math.max(0, faults - major);
        observeEach(observe, fault, { major, minor }, attributes);
      },
    ),
    oomKills: single(
      readCounter,
      'container.oom.events',
      '{event}',
      'Processes of the container that the kernel killed for lack of memory.',
      ({ oomKills }: GroupMemory) => oomKills,
    ),
  },
  disk: {
    diskIo: transfers('container.disk.io', 'By', 'Bytes that the container read from and wrote to disks.', 'bytes'),
    diskOperations: transfers(
      'container.disk.operations',
      '{operation}',
      'Operations of the container on disks.',
      'operations',
    ),
  },
  pids: {
    pids: single(
      readUpDownCounter,
      'container.pids.count',
      '{pid}',
      'Processes and threads of the container.',
      (count: number | undefined) => count,
    ),
  },
  limits: {
    cpuLimit: single(
      readUpDownCounter,
      'container.cpu.limit',
      '{cpu}',
      'Processors that the container may use; absent without a limit.',
      ({ cpus }: GroupLimits) => cpus,
    ),
    memoryLimit: single(
      readUpDownCounter,
      'container.memory.limit',
      'By',
      'Memory that the container may use; absent without a limit.',
      ({ memoryBytes }: GroupLimits) => memoryBytes,
    ),
    pidsLimit: single(
      readUpDownCounter,
      'container.pids.limit',
      '{pid}',
      'Processes and threads that the container may have; absent without a limit.',
      ({ pids }: GroupLimits) => pids,
    ),
  },
} satisfies Readonly<Record<ContainerGroup, ReadMetrics>>;

/** Returns the catalogue of the metrics of all groups, for queries. */
export function containerCatalogue() {
  const { cpu, memory, disk, pids, limits } = containerMetrics;
  const definitions = definitionsOf({ ...cpu, ...memory, ...disk, ...pids, ...limits });
  return defineCatalogue(definitions, { scope: { name: collectorScope } });
}
