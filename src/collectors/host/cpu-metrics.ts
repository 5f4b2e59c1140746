/** Metrics of the processors. */
import { integer, oneOf } from '../../catalogue/attributes.js';
import type { Observe } from '../collector.js';
import { readCounter, readGauge } from '../read-metrics.js';
import { type ByMode, type CpuUsage, cpuModes } from './cpu.js';
import type { Load } from './groups.js';

/** Maximum number of processors with separate series. */
const maxCpus = 1_024;

/** Returns the metrics of group `cpu`. @param perCpu true for an attribute with the number of the processor. */
export function cpuMetrics(perCpu: boolean) {
  const attributes = {
    'cpu.mode': oneOf(...cpuModes),
    ...(perCpu ? { 'cpu.logical_number': integer({ limit: maxCpus }) } : {}),
  };
  const limit = perCpu ? maxCpus * cpuModes.length : undefined;
  const ofModes =
    (valuesOf: (usage: CpuUsage) => ByMode | undefined) => (usages: readonly CpuUsage[], observe: Observe) => {
      for (const usage of usages) {
        const number = usage.number === undefined ? undefined : { 'cpu.logical_number': usage.number };
        const values = valuesOf(usage);
        for (const mode of cpuModes) observe(values?.[mode], { ...number, 'cpu.mode': mode });
      }
    };
  return {
    cpuTime: readCounter(
      'system.cpu.time',
      's',
      'Time of the processors in each mode.',
      attributes,
      ofModes(({ seconds }) => seconds),
      limit,
    ),
    cpuUtilization: readGauge(
      'system.cpu.utilization',
      '1',
      'Share of the time of the processors in each mode since the last reading.',
      attributes,
      ofModes(({ share }) => share),
      limit,
    ),
  };
}

const loadAverage = (minutes: number, index: number) =>
  readGauge(
    `system.cpu.load_average.${minutes}m`,
    '{thread}',
    `Threads that run or wait, averaged over ${minutes} min.`,
    {},
    ({ averages }: Load, observe) => observe(averages[index]),
  );

/** The metrics of group `load`. The averages have the names of the OpenTelemetry Collector, the conventions have none. */
export const loadMetrics = {
  load1m: loadAverage(1, 0),
  load5m: loadAverage(5, 1),
  load15m: loadAverage(15, 2),
  uptime: readGauge(
    'system.uptime',
    's',
    'Time since the start of the system.',
    {},
    ({ uptimeSeconds }: Load, observe) => observe(uptimeSeconds),
  ),
};
