/**
 * Readings of the optional package `@opentelemetry/host-metrics`.
 *
 * The package creates instruments of a meter and observes them in one callback. It gets a meter that collects the
 * observations, so that they are shown under the same names as the readings of this collector, with the same intervals.
 */
import type { Meter, MeterProvider } from '@opentelemetry/api';
import { packageMissing, packageReason } from '../../errors.js';
import { type CpuMode, type CpuTimes, cpuModes, cpuUsageFollower } from './cpu.js';
import type { HostGroup } from './groups.js';
import { type GroupReader, readLoad } from './linux.js';
import type { Memory, NetworkInterface } from './proc-files.js';

/** Groups that the package reads. */
const packageGroups: readonly HostGroup[] = ['cpu', 'memory', 'network'];

type Attributes = Readonly<Record<string, unknown>>;

/** Value of an instrument with its attributes. */
export interface Observation {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes;
}

/** Returns the readers of the groups that the package has, and of the load, which Node knows on every platform. */
export function packageReaders(groups: Iterable<HostGroup>, perCpu: boolean): Partial<Record<HostGroup, GroupReader>> {
  const wanted = [...groups].filter((group) => packageGroups.includes(group));
  let observing: Promise<() => Promise<Observation[]>> | undefined;
  let running: Promise<Observation[]> | undefined;
  /** Groups that are read in one collection share the observations. */
  const load = () => {
    observing ??= observePackage(wanted);
    running ??= observing
      .then((observe) => observe())
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  /** A failure counts in the first group only, so that it is logged once. */
  const loadOf = (group: HostGroup) => () => (group === wanted[0] ? load() : load().catch(() => []));
  const follow = cpuUsageFollower();
  return {
    cpu: { load: loadOf('cpu'), parse: (observations) => follow(cpuTimesOf(observations, perCpu)) },
    load: { load: readLoad, parse: (reading) => reading },
    memory: { load: loadOf('memory'), parse: memoryOf },
    network: { load: loadOf('network'), parse: networkOf },
  };
}

/** @throws {Error} if the package cannot be loaded; says what to install. */
async function observePackage(groups: readonly HostGroup[]): Promise<() => Promise<Observation[]>> {
  try {
    const { HostMetrics } = await import('@opentelemetry/host-metrics');
    const { meterProvider, observe } = collectingMeter();
    new HostMetrics({ meterProvider, metricGroups: groups.map((group) => `system.${group}`) }).start();
    return observe;
  } catch (error) {
    const name = '@opentelemetry/host-metrics';
    const missing = packageMissing({ name, where: 'host.from', value: 'otel' }, error);
    throw new Error(packageReason(missing), { cause: error });
  }
}

/** Returns a provider of meters, and a function that calls the callback and returns its observations. */
function collectingMeter(): { meterProvider: MeterProvider; observe(): Promise<Observation[]> } {
  const callbacks: ((result: {
    observe(instrument: string, value: number, attributes: Attributes): void;
  }) => unknown)[] = [];
  // An instrument is its name.
  const create = (name: string) => name;
  const meter = {
    createObservableCounter: create,
    createObservableGauge: create,
    addBatchObservableCallback: (callback: (typeof callbacks)[number]) => void callbacks.push(callback),
  };
  return {
    meterProvider: { getMeter: () => meter as unknown as Meter },
    async observe() {
      const observations: Observation[] = [];
      const observe = (name: string, value: number, attributes: Attributes) => {
        if (Number.isFinite(value) && value >= 0) observations.push({ name, value, attributes });
      };
      for (const callback of callbacks) await callback({ observe });
      return observations;
    },
  };
}

/** Returns a text attribute; the package may have its former or its current name. */
const attributeOf = ({ attributes }: Observation, ...keys: readonly string[]) =>
  keys.map((key) => attributes[key]).find((value) => value !== undefined);

/** Returns the times of each processor, or their sum. */
export function cpuTimesOf(observations: readonly Observation[], perCpu: boolean): CpuTimes[] {
  const times = new Map<number | undefined, Partial<Record<CpuMode, number>>>();
  for (const observation of observations) {
    const mode = attributeOf(observation, 'cpu.mode', 'system.cpu.state') as CpuMode;
    if (observation.name !== 'system.cpu.time' || !cpuModes.includes(mode)) continue;
    const logical = attributeOf(observation, 'cpu.logical_number', 'system.cpu.logical_number');
    const number = perCpu ? Number(logical) : undefined;
    const seconds = times.get(number) ?? {};
    seconds[mode] = (seconds[mode] ?? 0) + observation.value;
    times.set(number, seconds);
  }
  return Array.from(times, ([number, seconds]) => ({ number, seconds }));
}

/** Returns used and free memory. */
export function memoryOf(observations: readonly Observation[]): Memory {
  const of = (state: string) =>
    observations.find(
      (each) => each.name === 'system.memory.usage' && attributeOf(each, 'system.memory.state') === state,
    )?.value;
  const [used, free] = [of('used'), of('free')];
  return { used, free, total: used === undefined || free === undefined ? undefined : used + free };
}

/** Metrics of the package by the part of a reading that they hold. */
const trafficNames = {
  bytes: ['system.network.io'],
  errors: ['system.network.errors'],
  dropped: ['system.network.packet.dropped', 'system.network.dropped'],
};

/** Returns the network interfaces. */
export function networkOf(observations: readonly Observation[]): NetworkInterface[] {
  const nameOf = (each: Observation) => attributeOf(each, 'network.interface.name', 'system.device');
  const names = observations.filter(({ name }) => name.startsWith('system.network.')).map(nameOf);
  return [...new Set(names)].map((name) => {
    const traffic = (direction: string) => {
      const of = (metrics: readonly string[]) =>
        observations.find(
          (each) =>
            metrics.includes(each.name) &&
            nameOf(each) === name &&
            attributeOf(each, 'network.io.direction') === direction,
        )?.value;
      return { bytes: of(trafficNames.bytes), errors: of(trafficNames.errors), dropped: of(trafficNames.dropped) };
    };
    return { name: String(name), receive: traffic('receive'), transmit: traffic('transmit') };
  });
}
