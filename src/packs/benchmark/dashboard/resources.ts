/** Rows of GPUs, of containers and of the machine. */
import { containerCatalogue } from '../../../collectors/container/metrics.js';
import { gpuCatalogue } from '../../../collectors/gpu/metrics.js';
import { hostCatalogue } from '../../../collectors/host/metrics.js';
import { divide, metricsOf, panel, type Role, type Row, rate, row, value } from '../../../panels/index.js';
import type { BenchmarkMetrics } from './queries.js';

const roles: readonly Role[] = ['operator', 'developer'];

/** Returns the row of GPUs. */
export function gpuRow({ gpuUtilization, gpuMemoryUsed, gpuPower, samples }: BenchmarkMetrics): Row {
  const gpu = metricsOf(gpuCatalogue());
  const of = { by: ['gpu_id'] } as const;
  return row('GPUs', [
    panel({
      title: 'Utilization of GPUs',
      queries: { query: value(gpuUtilization, of), legend: 'GPU {gpu_id}' },
      min: 0,
      max: 100,
      thresholds: [{ from: 95, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Memory of GPUs in use',
      queries: { query: value(gpuMemoryUsed, of), legend: 'GPU {gpu_id}' },
      roles,
    }),
    panel({
      title: 'Used share of the memory of GPUs',
      queries: { query: value(gpu.memoryUtilization, { by: ['hw.name'] }), legend: '{hw.name}' },
      min: 0,
      max: 1,
      thresholds: [{ from: 0.9, level: 'critical' }],
      roles,
    }),
    panel({ title: 'Power of GPUs', queries: { query: value(gpuPower, of), legend: 'GPU {gpu_id}' }, roles }),
    panel({
      title: 'Samples per second by GPU',
      queries: { query: rate(samples, { by: ['gpu_id', 'model_name'] }), legend: 'GPU {gpu_id}: {model_name}' },
      roles,
    }),
  ]);
}

/** Returns the row of containers. */
export function containerRow({ samples }: BenchmarkMetrics): Row {
  const { cpuUsage, throttledTime, workingSet, memoryLimit, diskIo } = metricsOf(containerCatalogue());
  const by = ['container.id'] as const;
  const legend = '{container.id}';
  return row('Containers', [
    panel({ title: 'Processors of containers', queries: { query: value(cpuUsage, { by }), legend }, roles }),
    panel({ title: 'Memory of containers', queries: { query: value(workingSet, { by }), legend }, roles }),
    panel({
      title: 'Used share of the memory of containers',
      queries: { query: divide(value(workingSet, { by }), value(memoryLimit, { by })), legend },
      min: 0,
      max: 1,
      thresholds: [{ from: 0.9, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Disk of containers',
      queries: {
        query: rate(diskIo, { by: ['container.id', 'disk.io.direction'] }),
        legend: '{container.id}: {disk.io.direction}',
      },
      roles,
    }),
    panel({ title: 'Throttled time of containers', queries: { query: rate(throttledTime, { by }), legend }, roles }),
    panel({
      title: 'Samples per second by container',
      queries: {
        query: rate(samples, { by: ['container_id', 'model_name'] }),
        legend: '{container_id}: {model_name}',
      },
      roles,
    }),
  ]);
}

/** Returns the row of the machine. */
export function hostRow(): Row {
  const { cpuUtilization, memoryUtilization } = metricsOf(hostCatalogue());
  return row('Machine', [
    panel({
      title: 'Processors of the machine',
      queries: {
        query: value(cpuUtilization, { by: ['instance', 'cpu.mode'], where: { 'cpu.mode': { not: 'idle' } } }),
        legend: '{instance}: {cpu.mode}',
      },
      min: 0,
      max: 1,
      stacked: true,
      roles: ['operator'],
    }),
    panel({
      title: 'Memory of the machine',
      queries: {
        query: value(memoryUtilization, { by: ['instance'], where: { 'system.memory.state': 'used' } }),
        legend: '{instance}',
      },
      min: 0,
      max: 1,
      thresholds: [{ from: 0.9, level: 'critical' }],
      roles: ['operator'],
    }),
  ]);
}
