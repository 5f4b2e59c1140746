/** Dashboard of collector `container`. */
import { type Dashboard, dashboard, increase, panel, type Row, rate, row, value } from '../../panels/index.js';
import { byInstance, fullness, ofInstance, operators, share, technical } from '../panel-defaults.js';
import {
  type ContainerMetrics,
  containerMetricsForQueries,
  memoryShare,
  pidsShare,
  throttledShare,
} from './dashboard-queries.js';

/** Throttled periods delay requests long before their share is large. */
const throttling = [
  { from: 0.05, level: 'warning' },
  { from: 0.25, level: 'critical' },
] as const;

/** Returns the dashboard of containers. */
export function containerDashboard(): Dashboard {
  const metrics = containerMetricsForQueries();
  return dashboard({
    uid: 'otelier-container',
    title: 'Containers',
    description: 'Processors, memory and disks of containers, against their limits.',
    tags: ['container'],
    rows: [overviewRow(metrics), cpuRow(metrics), memoryRow(metrics), diskRow(metrics)],
  });
}

function overviewRow(metrics: ContainerMetrics): Row {
  const { cpuTime, workingSet, oomKills } = metrics;
  return row('Overview', [
    panel({
      title: 'Containers',
      kind: 'stat',
      unit: '{container}',
      queries: value(workingSet, { merge: 'count' }),
    }),
    panel({ title: 'Processors in use', kind: 'stat', unit: '{cpu}', decimals: 2, queries: rate(cpuTime) }),
    panel({ title: 'Memory', kind: 'stat', queries: value(workingSet) }),
    panel({
      title: 'Throttled share',
      kind: 'gauge',
      ...share,
      thresholds: throttling,
      queries: throttledShare(metrics, []),
    }),
    panel({
      title: 'Killed for lack of memory, last day',
      kind: 'stat',
      thresholds: [{ from: 1, level: 'critical' }],
      queries: increase(oomKills, { over: '1d' }),
    }),
  ]);
}

function cpuRow(metrics: ContainerMetrics): Row {
  const { cpuTime, cpuLimit, throttledTime } = metrics;
  return row('Processors', [
    panel({
      title: 'Processors in use, and limit',
      roles: technical,
      unit: '{cpu}',
      min: 0,
      queries: [
        { query: rate(cpuTime, { by: byInstance }), legend: ofInstance },
        { query: value(cpuLimit, { by: byInstance }), legend: `${ofInstance} limit` },
      ],
    }),
    panel({
      title: 'Throttled share of the periods',
      roles: technical,
      ...share,
      thresholds: throttling,
      queries: { query: throttledShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Processors by mode',
      roles: technical,
      unit: '{cpu}',
      stacked: true,
      queries: { query: rate(cpuTime, { by: ['cpu.mode'] }), legend: '{cpu.mode}' },
    }),
    panel({
      title: 'Share of the time that the container waits for its quota',
      roles: operators,
      unit: '1',
      min: 0,
      queries: { query: rate(throttledTime, { by: byInstance }), legend: ofInstance },
    }),
  ]);
}

function memoryRow(metrics: ContainerMetrics): Row {
  const { memoryUsage, workingSet, rss, memoryLimit, oomKills, pagingFaults } = metrics;
  return row('Memory', [
    panel({
      title: 'Used share of the memory limit',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: memoryShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Memory, and limit',
      roles: technical,
      min: 0,
      queries: [
        { query: value(workingSet, { by: byInstance }), legend: `${ofInstance} working set` },
        { query: value(rss, { by: byInstance }), legend: `${ofInstance} without files` },
        { query: value(memoryUsage, { by: byInstance }), legend: `${ofInstance} with file caches` },
        { query: value(memoryLimit, { by: byInstance }), legend: `${ofInstance} limit` },
      ],
    }),
    panel({
      title: 'Processes killed for lack of memory',
      kind: 'bars',
      roles: technical,
      queries: { query: increase(oomKills, { by: byInstance }), legend: ofInstance },
    }),
    panel({
      title: 'Page faults',
      roles: operators,
      min: 0,
      queries: {
        query: rate(pagingFaults, { by: ['system.paging.fault.type'] }),
        legend: '{system.paging.fault.type}',
      },
    }),
  ]);
}

function diskRow(metrics: ContainerMetrics): Row {
  const { diskIo, diskOperations, pids, pidsLimit } = metrics;
  const by = ['system.device', 'disk.io.direction'] as const;
  const legend = '{system.device} {disk.io.direction}';
  return row('Disks and processes', [
    panel({ title: 'Disk throughput', roles: technical, min: 0, queries: { query: rate(diskIo, { by }), legend } }),
    panel({
      title: 'Disk operations',
      roles: operators,
      min: 0,
      queries: { query: rate(diskOperations, { by }), legend },
    }),
    panel({
      title: 'Processes and threads, and limit',
      roles: operators,
      min: 0,
      queries: [
        { query: value(pids, { by: byInstance }), legend: ofInstance },
        { query: value(pidsLimit, { by: byInstance }), legend: `${ofInstance} limit` },
      ],
    }),
    panel({
      title: 'Used share of the limit of processes',
      roles: operators,
      ...share,
      thresholds: fullness,
      queries: { query: pidsShare(metrics, byInstance), legend: ofInstance },
    }),
  ]);
}
