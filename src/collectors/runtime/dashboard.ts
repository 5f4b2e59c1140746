/** Dashboard of collector `runtime`. */
import {
  type Dashboard,
  dashboard,
  distribution,
  panel,
  quantile,
  type Row,
  rate,
  row,
  type Threshold,
  value,
} from '../../panels/index.js';
import { byInstance, developers, fullness, ofInstance, share, technical } from '../panel-defaults.js';
import {
  descriptorShare,
  garbageCollectionShare,
  heapShare,
  loopShare,
  type RuntimeMetrics,
  runtimeMetricsForQueries,
} from './dashboard-queries.js';

const delayGoal: readonly Threshold[] = [
  { from: 0.1, level: 'warning' },
  { from: 0.5, level: 'critical' },
];

/** Period that percentiles cover. */
const window = 'in the last 10 s on the live page, in the rate interval in Grafana';

/** Returns the dashboard of the Node runtime, for the names of OpenTelemetry. */
export function runtimeDashboard(): Dashboard {
  const metrics = runtimeMetricsForQueries();
  return dashboard({
    uid: 'otelier-runtime',
    title: 'Node runtime',
    description: 'Event loop, garbage collections, memory, processor and files of Node processes.',
    tags: ['runtime'],
    rows: [overview(metrics), eventLoop(metrics), memory(metrics), garbageCollection(metrics), processRow(metrics)],
  });
}

function overview(metrics: RuntimeMetrics): Row {
  const { uptime, sampledDelay, memoryUsage, cpuTime } = metrics;
  return row('Overview', [
    panel({ title: 'Processes', kind: 'stat', unit: '{process}', queries: value(uptime, { merge: 'count' }) }),
    panel({ title: 'Youngest process', kind: 'stat', queries: value(uptime, { merge: 'min' }) }),
    panel({
      title: 'Delay, p99',
      kind: 'stat',
      description: `99th percentile of the delays of the event loop ${window}.`,
      thresholds: delayGoal,
      queries: quantile(0.99, sampledDelay),
    }),
    panel({
      title: 'Event loop, active',
      kind: 'gauge',
      ...share,
      thresholds: fullness,
      queries: loopShare(metrics, []),
    }),
    panel({ title: 'Memory', kind: 'stat', queries: value(memoryUsage) }),
    panel({ title: 'Processors in use', kind: 'stat', unit: '{cpu}', queries: rate(cpuTime), decimals: 2 }),
  ]);
}

function eventLoop(metrics: RuntimeMetrics): Row {
  const { sampledDelay, resources } = metrics;
  return row('Event loop', [
    panel({
      title: 'Delay of the event loop',
      description: `Delays ${window}, estimated from buckets: the maximum is the upper bound of the highest bucket.`,
      roles: technical,
      min: 0,
      thresholds: delayGoal,
      queries: [
        { query: quantile(0.5, sampledDelay, { by: byInstance }), legend: `${ofInstance} p50` },
        { query: quantile(0.99, sampledDelay, { by: byInstance }), legend: `${ofInstance} p99` },
        // A gauge of the maximum would cover the last reading only, hence lie below the percentiles of the window.
        { query: quantile(1, sampledDelay, { by: byInstance }), legend: `${ofInstance} maximum` },
      ],
    }),
    panel({
      title: 'Active share of the event loop',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: loopShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({ title: 'Distribution of delays', kind: 'heatmap', roles: developers, queries: distribution(sampledDelay) }),
    panel({
      title: 'Active resources',
      roles: developers,
      stacked: true,
      queries: { query: value(resources, { by: ['v8js.resource.type'] }), legend: '{v8js.resource.type}' },
    }),
  ]);
}

function memory(metrics: RuntimeMetrics): Row {
  const { memoryUsage, heapUsed, heapSize, external, arrayBuffers } = metrics;
  return row('Memory', [
    panel({
      title: 'Physical memory',
      roles: technical,
      min: 0,
      queries: { query: value(memoryUsage, { by: byInstance }), legend: ofInstance },
    }),
    panel({
      title: 'Used share of the permitted heap',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: heapShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Heap by space',
      roles: developers,
      stacked: true,
      queries: { query: value(heapUsed, { by: ['v8js.heap.space.name'] }), legend: '{v8js.heap.space.name}' },
    }),
    panel({
      title: 'Heap and memory outside it',
      roles: developers,
      min: 0,
      queries: [
        { query: value(heapSize), legend: 'heap, size' },
        { query: value(heapUsed), legend: 'heap, used' },
        { query: value(external), legend: 'external' },
        { query: value(arrayBuffers), legend: 'array buffers' },
      ],
    }),
  ]);
}

function garbageCollection(metrics: RuntimeMetrics): Row {
  const { gcDuration } = metrics;
  const by = ['v8js.gc.type'] as const;
  return row('Garbage collection', [
    panel({
      title: 'Share of the time in garbage collections',
      roles: technical,
      min: 0,
      unit: '1',
      queries: { query: garbageCollectionShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Garbage collections by type',
      roles: developers,
      stacked: true,
      queries: { query: rate(gcDuration, { by }), legend: '{v8js.gc.type}' },
    }),
    panel({
      title: 'Garbage collections, p99',
      roles: developers,
      queries: { query: quantile(0.99, gcDuration, { by }), legend: '{v8js.gc.type}' },
    }),
    panel({
      title: 'Node versions',
      kind: 'table',
      unit: '{process}',
      roles: technical,
      queries: value(metrics.node, { by: ['version'], merge: 'count' }),
    }),
  ]);
}

function processRow(metrics: RuntimeMetrics): Row {
  const { cpuTime, threads, contextSwitches, pageFaults } = metrics;
  return row('Process', [
    panel({
      title: 'Processors in use by process',
      roles: technical,
      unit: '{cpu}',
      min: 0,
      queries: { query: rate(cpuTime, { by: [...byInstance, 'cpu.mode'] }), legend: `${ofInstance} {cpu.mode}` },
    }),
    panel({
      title: 'Open share of the file descriptors',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: descriptorShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Threads',
      roles: developers,
      min: 0,
      queries: { query: value(threads, { by: byInstance }), legend: ofInstance },
    }),
    panel({
      title: 'Context switches and page faults',
      roles: developers,
      unit: '{event}/s',
      queries: [
        {
          query: rate(contextSwitches, { by: ['process.context_switch.type'] }),
          legend: 'context switches, {process.context_switch.type}',
        },
        {
          query: rate(pageFaults, { by: ['system.paging.fault.type'] }),
          legend: 'page faults, {system.paging.fault.type}',
        },
      ],
    }),
  ]);
}
