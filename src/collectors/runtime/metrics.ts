/**
 * The metrics of the runtime under OpenTelemetry's names.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 * @see https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
 */
import { oneOf, text } from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import { histogram } from '../../catalogue/definitions.js';
import { info } from '../../catalogue/info-and-state-set.js';
import { collectorScope } from '../../model/instrument.js';
import { definitionsOf, type Observe, type ReadMetric } from '../collector.js';
import { readCounter, readGauge, readUpDownCounter } from '../read-metrics.js';
import type { EventLoopDelay } from './event-loop.js';
import { gcTypes } from './garbage-collections.js';
import { versionAttributes } from './node-version.js';
import type { RuntimeReading } from './reading.js';

type Read = (reading: RuntimeReading, observe: Observe) => void;

const gauge = (name: string, unit: string, description: string, read: Read) =>
  readGauge(name, unit, description, {}, read);

const delay = (name: keyof EventLoopDelay, title: string) =>
  gauge(
    `nodejs.eventloop.delay.${name}`,
    's',
    `Delay of the event loop since the last reading: ${title}.`,
    (reading, observe) => observe(reading.delay?.[name]),
  );

const space = { 'v8js.heap.space.name': text({ limit: 30 }) };
const ofSpaces =
  (key: 'space_size' | 'space_used_size' | 'space_available_size' | 'physical_space_size'): Read =>
  ({ heapSpaces }, observe) => {
    for (const each of heapSpaces) observe(each[key], { 'v8js.heap.space.name': each.space_name });
  };

/** The metrics that are taken from a reading. */
export const runtimeMetrics = {
  delayMin: delay('min', 'minimum'),
  delayMax: delay('max', 'maximum'),
  delayMean: delay('mean', 'mean'),
  delayStddev: delay('stddev', 'standard deviation'),
  delayP50: delay('p50', 'median'),
  delayP90: delay('p90', '90th percentile'),
  delayP99: delay('p99', '99th percentile'),
  loopTime: readCounter(
    'nodejs.eventloop.time',
    's',
    'Time that the event loop spent in each state.',
    { 'nodejs.eventloop.state': oneOf('active', 'idle') },
    ({ loop }, observe) => {
      observe(loop?.active, { 'nodejs.eventloop.state': 'active' });
      observe(loop?.idle, { 'nodejs.eventloop.state': 'idle' });
    },
  ),
  loopUtilization: gauge(
    'nodejs.eventloop.utilization',
    '1',
    'Share of the time since the last reading in which the event loop was active.',
    ({ loop }, observe) => observe(loop?.utilization),
  ),
  heapSize: readUpDownCounter(
    'v8js.memory.heap.space.size',
    'By',
    'Size of a heap space.',
    space,
    ofSpaces('space_size'),
  ),
  heapUsed: readUpDownCounter(
    'v8js.memory.heap.used',
    'By',
    'Used part of a heap space.',
    space,
    ofSpaces('space_used_size'),
  ),
  heapAvailable: readUpDownCounter(
    'v8js.memory.heap.space.available_size',
    'By',
    'Available part of a heap space.',
    space,
    ofSpaces('space_available_size'),
  ),
  heapPhysical: readUpDownCounter(
    'v8js.memory.heap.space.physical_size',
    'By',
    'Committed size of a heap space.',
    space,
    ofSpaces('physical_space_size'),
  ),
  // The conventions have no name for it: `v8js.memory.heap.limit` was the size of a space.
  heapLimit: readUpDownCounter(
    'v8js.memory.heap.size_limit',
    'By',
    'Size of the heap at which V8 ends the process.',
    {},
    ({ heapLimitBytes }, observe) => observe(heapLimitBytes),
  ),
  external: readUpDownCounter(
    'v8js.memory.external',
    'By',
    'Memory of objects outside the heap that JavaScript objects own, array buffers included.',
    {},
    ({ memory }, observe) => observe(memory?.external),
  ),
  arrayBuffers: readUpDownCounter(
    'v8js.memory.array_buffers',
    'By',
    'Memory of array buffers and buffers.',
    {},
    ({ memory }, observe) => observe(memory?.arrayBuffers),
  ),
  resources: readUpDownCounter(
    'v8js.resource.active',
    '{resource}',
    'Resources that keep the event loop alive.',
    { 'v8js.resource.type': text({ limit: 50 }) },
    ({ resources }, observe) => {
      for (const [type, count] of resources) observe(count, { 'v8js.resource.type': type });
    },
  ),
  cpuTime: readCounter(
    'process.cpu.time',
    's',
    'Processor time of the process.',
    { 'cpu.mode': oneOf('user', 'system') },
    ({ cpu }, observe) => {
      observe(cpu?.user, { 'cpu.mode': 'user' });
      observe(cpu?.system, { 'cpu.mode': 'system' });
    },
  ),
  cpuUtilization: readGauge(
    'process.cpu.utilization',
    '1',
    'Share of the time of all processors that the process used since the last reading.',
    { 'cpu.mode': oneOf('user', 'system') },
    ({ cpuShare }, observe) => {
      observe(cpuShare?.user, { 'cpu.mode': 'user' });
      observe(cpuShare?.system, { 'cpu.mode': 'system' });
    },
  ),
  memoryUsage: readUpDownCounter(
    'process.memory.usage',
    'By',
    'Physical memory of the process.',
    {},
    ({ memory }, observe) => observe(memory?.rss),
  ),
  memoryVirtual: readUpDownCounter(
    'process.memory.virtual',
    'By',
    'Virtual memory of the process.',
    {},
    ({ status }, observe) => observe(status?.virtualBytes),
  ),
  threads: readUpDownCounter('process.thread.count', '{thread}', 'Threads of the process.', {}, ({ status }, observe) =>
    observe(status?.threads),
  ),
  openFiles: readUpDownCounter(
    'process.unix.file_descriptor.count',
    '{file_descriptor}',
    'Open file descriptors.',
    {},
    ({ openFiles }, observe) => observe(openFiles),
  ),
  maxOpenFiles: readUpDownCounter(
    'process.unix.file_descriptor.limit',
    '{file_descriptor}',
    'Maximum number of open file descriptors; absent without a limit.',
    {},
    ({ maxOpenFiles }, observe) => observe(Number.isFinite(maxOpenFiles) ? maxOpenFiles : undefined),
  ),
  contextSwitches: readCounter(
    'process.context_switches',
    '{context_switch}',
    'Context switches of the process.',
    { 'process.context_switch.type': oneOf('voluntary', 'involuntary') },
    ({ usage }, observe) => {
      observe(usage?.voluntaryContextSwitches, { 'process.context_switch.type': 'voluntary' });
      observe(usage?.involuntaryContextSwitches, { 'process.context_switch.type': 'involuntary' });
    },
  ),
  pageFaults: readCounter(
    'process.paging.faults',
    '{fault}',
    'Page faults of the process.',
    { 'system.paging.fault.type': oneOf('major', 'minor') },
    ({ usage }, observe) => {
      observe(usage?.majorPageFault, { 'system.paging.fault.type': 'major' });
      observe(usage?.minorPageFault, { 'system.paging.fault.type': 'minor' });
    },
  ),
  startTime: gauge(
    'process.start_time',
    's',
    'Start of the process, in seconds since 1970-01-01 UTC.',
    ({ startUnixSeconds }, observe) => observe(startUnixSeconds),
  ),
  uptime: gauge('process.uptime', 's', 'Time since the start of the process.', ({ uptimeSeconds }, observe) =>
    observe(uptimeSeconds),
  ),
} satisfies Readonly<Record<string, ReadMetric<RuntimeReading>>>;

/** The metrics that are recorded as events happen. */
export const recordedMetrics = {
  gcDuration: histogram({
    name: 'v8js.gc.duration',
    unit: 's',
    description: 'Duration of garbage collections.',
    // The boundaries of the conventions.
    buckets: [0.01, 0.1, 1, 10],
    attributes: { 'v8js.gc.type': oneOf(...gcTypes) },
  }),
  sampledDelay: histogram({
    name: 'nodejs.eventloop.lag',
    unit: 's',
    description: 'Delay of the event loop, sampled.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }),
  node: info({
    name: 'nodejs.version.info',
    description: 'Version of Node.',
    attributes: versionAttributes,
  }),
};

/** Returns the catalogue of the metrics, for queries. */
export const runtimeCatalogue = () =>
  defineCatalogue({ ...definitionsOf(runtimeMetrics), ...recordedMetrics }, { scope: { name: collectorScope } });
