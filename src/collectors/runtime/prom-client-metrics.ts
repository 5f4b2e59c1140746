/**
 * The metrics of the runtime under the names of prom-client's `collectDefaultMetrics()`, for its dashboards and alerts.
 *
 * Names, types and labels are those of prom-client 15. Two numbers differ on purpose: `nodejs_gc_duration_seconds` counts
 * every collection, where prom-client counts one of those that are reported together; and `nodejs_eventloop_lag_seconds`
 * is measured for the current scrape, where prom-client shows that of the scrape before.
 */
import { oneOf, text } from '../../catalogue/attributes.js';
import { histogram } from '../../catalogue/definitions.js';
import { info } from '../../catalogue/info-and-state-set.js';
import type { ReadMetric } from '../collector.js';
import { readCounter, readGauge } from '../read-metrics.js';
import type { EventLoopDelay } from './event-loop.js';
import { gcTypes } from './garbage-collections.js';
import { versionAttributes } from './node-version.js';
import type { PromClientReading } from './prom-client-reading.js';

type ReadValue = (reading: PromClientReading) => number | undefined;

const counter = (name: string, description: string, value: ReadValue) =>
  readCounter(name, 's', description, {}, (reading: PromClientReading, observe) => observe(value(reading)));
const gauge = (name: string, unit: string, description: string, value: ReadValue) =>
  readGauge(name, unit, description, {}, (reading: PromClientReading, observe) => observe(value(reading)));

const lag = (suffix: string, key: keyof EventLoopDelay, title: string) =>
  gauge(
    `nodejs_eventloop_lag_${suffix}`,
    's',
    `Delay of the event loop since the last scrape: ${title}.`,
    ({ delay }) => delay?.[key],
  );

const byType = (name: string, description: string, read: (reading: PromClientReading) => ReadonlyMap<string, number>) =>
  readGauge(name, '{item}', description, { type: text({ limit: 50 }) }, (reading: PromClientReading, observe) => {
    for (const [type, count] of read(reading)) observe(count, { type });
  });
const total = (name: string, description: string, read: (reading: PromClientReading) => ReadonlyMap<string, number>) =>
  gauge(name, '{item}', description, (reading) => {
    let sum = 0;
    for (const count of read(reading).values()) sum += count;
    return sum;
  });

const space = (part: string, key: 'space_size' | 'space_used_size' | 'space_available_size') =>
  readGauge(
    `nodejs_heap_space_size_${part}_bytes`,
    'By',
    `Size of a heap space of V8: ${part}.`,
    { space: text({ limit: 30 }) },
    ({ heapSpaces }: PromClientReading, observe) => {
      for (const each of heapSpaces) observe(each[key], { space: each.space_name.replace(/_space$/, '') });
    },
  );

/** The metrics that are taken from a reading. */
export const promClientMetrics = {
  cpuUser: counter('process_cpu_user_seconds', 'Processor time of the process in user mode.', ({ cpu }) => cpu?.user),
  cpuSystem: counter(
    'process_cpu_system_seconds',
    'Processor time of the process in system mode.',
    ({ cpu }) => cpu?.system,
  ),
  cpu: counter(
    'process_cpu_seconds',
    'Processor time of the process in both modes.',
    ({ cpu }) => cpu && cpu.user + cpu.system,
  ),
  startTime: gauge(
    'process_start_time_seconds',
    's',
    'Start of the process, in seconds since 1970-01-01 UTC.',
    ({ startUnixSeconds }) => Math.floor(startUnixSeconds),
  ),
  resident: gauge(
    'process_resident_memory_bytes',
    'By',
    'Physical memory of the process.',
    ({ status, memory }) => status?.residentBytes ?? memory?.rss,
  ),
  virtual: gauge(
    'process_virtual_memory_bytes',
    'By',
    'Virtual memory of the process.',
    ({ status }) => status?.virtualBytes,
  ),
  heap: gauge(
    'process_heap_bytes',
    'By',
    'Size of the data segment of the process.',
    ({ status }) => status?.dataBytes,
  ),
  openFiles: gauge('process_open_fds', '{fd}', 'Open file descriptors.', ({ openFiles }) => openFiles),
  maxOpenFiles: gauge('process_max_fds', '{fd}', 'Maximum number of open file descriptors.', ({ maxOpenFiles }) =>
    Number.isFinite(maxOpenFiles) ? maxOpenFiles : undefined,
  ),
  lag: gauge(
    'nodejs_eventloop_lag_seconds',
    's',
    'Time that an immediate waited for the event loop at this scrape.',
    ({ lagSeconds }) => lagSeconds,
  ),
  lagMin: lag('min_seconds', 'min', 'minimum'),
  lagMax: lag('max_seconds', 'max', 'maximum'),
  lagMean: lag('mean_seconds', 'mean', 'mean'),
  lagStddev: lag('stddev_seconds', 'stddev', 'standard deviation'),
  lagP50: lag('p50_seconds', 'p50', '50th percentile'),
  lagP90: lag('p90_seconds', 'p90', '90th percentile'),
  lagP99: lag('p99_seconds', 'p99', '99th percentile'),
  resources: byType(
    'nodejs_active_resources',
    'Resources that keep the event loop alive, by type.',
    ({ resources }) => resources,
  ),
  resourcesTotal: total(
    'nodejs_active_resources_total',
    'Resources that keep the event loop alive.',
    ({ resources }) => resources,
  ),
  handles: byType('nodejs_active_handles', 'Active handles of libuv, by type.', ({ handles }) => handles),
  handlesTotal: total('nodejs_active_handles_total', 'Active handles of libuv.', ({ handles }) => handles),
  requests: byType('nodejs_active_requests', 'Active requests of libuv, by type.', ({ requests }) => requests),
  requestsTotal: total('nodejs_active_requests_total', 'Active requests of libuv.', ({ requests }) => requests),
  heapTotal: gauge('nodejs_heap_size_total_bytes', 'By', 'Size of the heap of V8.', ({ memory }) => memory?.heapTotal),
  heapUsed: gauge(
    'nodejs_heap_size_used_bytes',
    'By',
    'Used part of the heap of V8.',
    ({ memory }) => memory?.heapUsed,
  ),
  external: gauge(
    'nodejs_external_memory_bytes',
    'By',
    'Memory of objects outside the heap that JavaScript objects own.',
    ({ memory }) => memory?.external,
  ),
  spaceTotal: space('total', 'space_size'),
  spaceUsed: space('used', 'space_used_size'),
  spaceAvailable: space('available', 'space_available_size'),
} satisfies Readonly<Record<string, ReadMetric<PromClientReading>>>;

/** The metrics that are recorded as events happen. */
export const promClientRecordedMetrics = {
  gcDuration: histogram({
    name: 'nodejs_gc_duration_seconds',
    unit: 's',
    description: 'Duration of garbage collections.',
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    attributes: { kind: oneOf(...gcTypes) },
  }),
  node: info({
    name: 'nodejs_version_info',
    description: 'Version of Node.',
    attributes: versionAttributes,
  }),
};
