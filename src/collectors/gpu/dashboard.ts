/** Dashboard of collector `gpu`. */
import {
  type Dashboard,
  dashboard,
  divide,
  increase,
  panel,
  type Row,
  rate,
  row,
  topk,
  value,
} from '../../panels/index.js';
import { fullness, operators, share, technical } from '../panel-defaults.js';
import { busyShare, byGpu, type GpuMetrics, gpuMetricsForQueries, ofGpu } from './dashboard-queries.js';

const heat = [
  { from: 80, level: 'warning' },
  { from: 90, level: 'critical' },
] as const;

/** Returns the dashboard of GPUs of NVIDIA and AMD. */
export function gpuDashboard(): Dashboard {
  const metrics = gpuMetricsForQueries();
  const { utilization } = metrics;
  return dashboard({
    uid: 'otelier-gpu',
    title: 'GPUs',
    description: 'Utilization, memory, power, temperature, clocks and errors of GPUs.',
    tags: ['gpu'],
    variables: [
      { attribute: 'hw.model', metric: utilization },
      { attribute: 'hw.name', metric: utilization },
    ],
    rows: [
      overviewRow(metrics),
      utilizationRow(metrics),
      memoryRow(metrics),
      powerRow(metrics),
      clockRow(metrics),
      errorRow(metrics),
    ],
  });
}

function overviewRow(metrics: GpuMetrics): Row {
  const { memoryUsage, memoryLimit, power, temperature, energy } = metrics;
  const core = { 'hw.sensor_location': 'gpu' } as const;
  return row('Overview', [
    panel({ title: 'GPUs', kind: 'stat', unit: '{gpu}', queries: value(memoryLimit, { merge: 'count' }) }),
    panel({ title: 'Utilization', kind: 'gauge', ...share, queries: busyShare(metrics, []) }),
    panel({
      title: 'Used memory',
      kind: 'gauge',
      ...share,
      thresholds: fullness,
      queries: divide(value(memoryUsage), value(memoryLimit)),
    }),
    panel({
      title: 'Hottest GPU',
      kind: 'stat',
      roles: technical,
      thresholds: heat,
      queries: value(temperature, { where: core, merge: 'max' }),
    }),
    panel({ title: 'Power', kind: 'stat', queries: value(power, { merge: 'sum' }) }),
    panel({ title: 'Energy of the last day', kind: 'stat', queries: increase(energy, { over: '1d' }) }),
  ]);
}

function utilizationRow(metrics: GpuMetrics): Row {
  const { utilization, memoryController } = metrics;
  return row('Utilization', [
    panel({ title: 'Busy share of the time', ...share, queries: { query: busyShare(metrics, byGpu), legend: ofGpu } }),
    panel({
      title: 'Share of the time by task',
      roles: technical,
      ...share,
      queries: { query: value(utilization, { by: ['hw.gpu.task'] }), legend: '{hw.gpu.task}' },
    }),
    panel({
      title: 'Share of the time in which memory was read or written',
      roles: technical,
      ...share,
      queries: { query: value(memoryController, { by: byGpu }), legend: ofGpu },
    }),
  ]);
}

function memoryRow(metrics: GpuMetrics): Row {
  const { memoryUsage, memoryLimit, memoryUtilization, processMemory } = metrics;
  return row('Memory', [
    panel({
      title: 'Used share of the memory',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: value(memoryUtilization, { by: byGpu }), legend: ofGpu },
    }),
    panel({
      title: 'Memory, and size',
      roles: technical,
      min: 0,
      queries: [
        { query: value(memoryUsage, { by: byGpu }), legend: ofGpu },
        { query: value(memoryLimit, { by: byGpu }), legend: `${ofGpu} size` },
      ],
    }),
    panel({
      title: 'Processes with the most memory',
      kind: 'table',
      roles: technical,
      queries: topk(10, value(processMemory, { by: ['instance', 'hw.name', 'process.pid'] })),
    }),
  ]);
}

function powerRow(metrics: GpuMetrics): Row {
  const { power, powerLimit, energy, temperature } = metrics;
  return row('Power and temperature', [
    panel({
      title: 'Power, and limit',
      roles: technical,
      min: 0,
      queries: [
        { query: value(power, { by: byGpu }), legend: ofGpu },
        { query: value(powerLimit, { by: byGpu }), legend: `${ofGpu} limit` },
      ],
    }),
    panel({
      title: 'Mean power, from energy',
      roles: operators,
      unit: 'W',
      min: 0,
      queries: { query: rate(energy, { by: byGpu }), legend: ofGpu },
    }),
    panel({
      title: 'Temperature',
      roles: technical,
      thresholds: heat,
      queries: {
        query: value(temperature, { by: [...byGpu, 'hw.sensor_location'] }),
        legend: `${ofGpu} {hw.sensor_location}`,
      },
    }),
  ]);
}

function clockRow(metrics: GpuMetrics): Row {
  const { clock, throttled } = metrics;
  return row('Clocks', [
    panel({
      title: 'Clock frequencies',
      roles: technical,
      min: 0,
      queries: { query: value(clock, { by: [...byGpu, 'hw.gpu.clock'] }), legend: `${ofGpu} {hw.gpu.clock}` },
    }),
    panel({
      title: 'GPUs with a reduced clock, by reason',
      roles: technical,
      unit: '{gpu}',
      stacked: true,
      queries: { query: value(throttled, { by: ['hw.gpu.throttle.reason'] }), legend: '{hw.gpu.throttle.reason}' },
    }),
  ]);
}

function errorRow({ errors }: GpuMetrics): Row {
  return row('Errors', [
    panel({
      title: 'Errors by type',
      kind: 'bars',
      roles: technical,
      queries: { query: increase(errors, { by: [...byGpu, 'error.type'] }), legend: `${ofGpu} {error.type}` },
    }),
  ]);
}
