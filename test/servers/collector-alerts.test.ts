/** Each alert of the collectors and of the pack `application` fires when it should, and only then. */
import { applicationRules } from '../../src/collectors/application/alerts.js';
import { containerRules } from '../../src/collectors/container/alerts.js';
import { gpuRules } from '../../src/collectors/gpu/alerts.js';
import { hostRules } from '../../src/collectors/host/alerts.js';
import { runtimeRules } from '../../src/collectors/runtime/alerts.js';
import { type AlertCase, caseOf, type Series } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

const rules = [...runtimeRules(), ...hostRules(), ...containerRules(), ...gpuRules(), ...applicationRules()];

/** Returns one series of process `i`, with labels as in `mode="idle"`. */
const of = (name: string, values: string, ...labels: string[]): Series => ({
  [`${name}{${['job="s"', 'instance="i"', ...labels].join(', ')}}`]: values,
});

/** Delays per minute of at most 0.25 s, of at most 1 s, and all of them. */
const delays = (short: string, all: string): Series => ({
  ...of('nodejs_eventloop_lag_seconds_bucket', short, 'le="0.25"'),
  ...of('nodejs_eventloop_lag_seconds_bucket', all, 'le="1"'),
  ...of('nodejs_eventloop_lag_seconds_bucket', all, 'le="+Inf"'),
});
const heap = (used: string): Series => ({
  ...of('v8js_memory_heap_used_bytes', used, 'v8js_heap_space_name="old_space"'),
  ...of('v8js_memory_heap_used_bytes', '100x100', 'v8js_heap_space_name="new_space"'),
  ...of('v8js_memory_heap_size_limit_bytes', '1000x100'),
});
const files = (open: string, limit = '100x100'): Series => ({
  ...of('process_unix_file_descriptor_count', open),
  ...of('process_unix_file_descriptor_limit', limit),
});

const runtimeCases: readonly AlertCase[] = [
  caseOf('RuntimeEventLoopDelayed', true, 'one of ten delays is long', 20, delays('0+90x100', '0+100x100')),
  caseOf('RuntimeEventLoopDelayed', false, 'one of 200 delays is long', 20, delays('0+199x100', '0+200x100')),
  caseOf('RuntimeHeapNearLimit', true, 'both spaces together', 20, heap('850x100')),
  caseOf('RuntimeHeapNearLimit', false, 'as many as permitted', 20, heap('800x100')),
  caseOf('RuntimeHeapNearLimit', false, 'a peak', 60, heap('100x57 950x3')),
  caseOf('RuntimeDescriptorsNearLimit', true, '95 %', 20, files('95x100')),
  caseOf('RuntimeDescriptorsNearLimit', false, '90 %', 20, files('90x100')),
  caseOf('RuntimeDescriptorsNearLimit', false, 'no limit', 20, files('95x100', '_x100')),
  caseOf(
    'RuntimeGarbageCollectionHigh',
    true,
    'a third of the time',
    20,
    of('v8js_gc_duration_seconds_sum', '0+20x100'),
  ),
  caseOf('RuntimeGarbageCollectionHigh', false, 'a tenth', 20, of('v8js_gc_duration_seconds_sum', '0+6x100')),
];

const cpu = (idle: string, user: string): Series => ({
  ...of('system_cpu_time_seconds_total', idle, 'cpu_mode="idle"'),
  ...of('system_cpu_time_seconds_total', user, 'cpu_mode="user"'),
});
const memory = (used: string): Series => of('system_memory_utilization_ratio', used, 'system_memory_state="used"');
const fileSystem = (metric: string, free: string, used: string, mode = 'rw'): Series => {
  const labels = ['system_device="/dev/sda1"', 'system_filesystem_mountpoint="/"', `system_filesystem_mode="${mode}"`];
  return {
    ...of(`system_filesystem_${metric}`, free, ...labels, 'system_filesystem_state="free"'),
    ...of(`system_filesystem_${metric}`, used, ...labels, 'system_filesystem_state="used"'),
  };
};
const space = (free: number, mode?: string) => fileSystem('usage_bytes', `${free}x200`, `${100 - free}x200`, mode);
const inodes = (free: number) => fileSystem('inodes_usage', `${free}x200`, `${100 - free}x200`);
/** Seconds per minute in which tasks waited. */
const pressure = (resource: string, stall: string, seconds: number): Series =>
  of(
    'system_linux_pressure_time_seconds_total',
    `0+${seconds}x200`,
    `system_linux_pressure_resource="${resource}"`,
    `system_linux_pressure_stall_type="${stall}"`,
  );

const hostCases: readonly AlertCase[] = [
  caseOf('HostCpuHigh', true, '97 %', 60, cpu('0+3x100', '0+97x100')),
  caseOf('HostCpuHigh', false, '94 %', 60, cpu('0+6x100', '0+94x100')),
  caseOf('HostMemoryHigh', true, '95 %', 20, memory('0.95x100')),
  caseOf('HostMemoryHigh', false, '90 %', 20, memory('0.9x100')),
  caseOf('HostFileSystemNearlyFull', true, '8 % are free', 90, space(8)),
  caseOf('HostFileSystemNearlyFull', false, '10 % are free', 90, space(10)),
  caseOf('HostFileSystemNearlyFull', false, 'read-only', 90, space(0, 'ro')),
  caseOf('HostFileSystemFull', true, '2 % are free', 20, space(2)),
  caseOf('HostFileSystemFull', false, '8 % are free', 20, space(8)),
  caseOf('HostInodesNearlyUsedUp', true, '4 % are free', 90, inodes(4)),
  caseOf('HostInodesNearlyUsedUp', false, '5 % are free', 90, inodes(5)),
  caseOf('HostCpuPressure', true, '50 seconds of each minute', 60, pressure('cpu', 'some', 50)),
  caseOf('HostCpuPressure', false, '40 seconds of each minute', 60, pressure('cpu', 'some', 40)),
  caseOf('HostMemoryPressure', true, '10 seconds of each minute', 60, pressure('memory', 'full', 10)),
  caseOf('HostMemoryPressure', false, '5 seconds of each minute', 60, pressure('memory', 'full', 5)),
  caseOf('HostMemoryPressure', false, 'only some tasks wait', 60, pressure('memory', 'some', 50)),
  caseOf('HostIoPressure', true, '20 seconds of each minute', 60, pressure('io', 'full', 20)),
  caseOf('HostIoPressure', false, '15 seconds of each minute', 60, pressure('io', 'full', 15)),
];

const containerMemory = (used: string, limit = '100x100'): Series => ({
  ...of('container_memory_working_set_bytes', used),
  ...of('container_memory_limit_bytes', limit),
});
const periods = (throttled: string): Series => ({
  ...of('container_cpu_cfs_throttled_periods_total', throttled),
  ...of('container_cpu_cfs_periods_total', '0+100x100'),
});
const pids = (count: string): Series => ({
  ...of('container_pids_count', count),
  ...of('container_pids_limit', '100x100'),
});

const containerCases: readonly AlertCase[] = [
  caseOf('ContainerMemoryNearLimit', true, '95 %', 20, containerMemory('95x100')),
  caseOf('ContainerMemoryNearLimit', false, '90 %', 20, containerMemory('90x100')),
  caseOf('ContainerMemoryNearLimit', false, 'no limit', 20, containerMemory('95x100', '_x100')),
  caseOf('ContainerOutOfMemory', true, 'one is killed', 32, of('container_oom_events_total', '0x30 1x70')),
  caseOf('ContainerOutOfMemory', false, 'one was killed before', 60, of('container_oom_events_total', '1x100')),
  caseOf('ContainerThrottled', true, '30 % of the periods', 60, periods('0+30x100')),
  caseOf('ContainerThrottled', false, '25 % of the periods', 60, periods('0+25x100')),
  caseOf('ContainerPidsNearLimit', true, '95 %', 20, pids('95x100')),
  caseOf('ContainerPidsNearLimit', false, '90 %', 20, pids('90x100')),
];

const ofGpu = (name: string, values: string, ...labels: string[]): Series =>
  of(name, values, 'hw_id="GPU-1"', 'hw_name="gpu0"', ...labels);
const busy = (values: string, task = 'general') => ofGpu('hw_gpu_utilization_ratio', values, `hw_gpu_task="${task}"`);
const errors = (type: string, values: string) => ofGpu('hw_errors_total', values, `error_type="${type}"`);
const throttled = (reason: string, values: string) =>
  ofGpu('hw_gpu_throttled', values, `hw_gpu_throttle_reason="${reason}"`);

const gpuCases: readonly AlertCase[] = [
  caseOf('GpuUtilizationHigh', true, '99 %', 60, busy('0.99x100')),
  caseOf('GpuUtilizationHigh', false, '95 %', 60, busy('0.95x100')),
  caseOf('GpuUtilizationHigh', false, 'only the decoder', 60, busy('0.5x100'), busy('1x100', 'decoder')),
  caseOf('GpuMemoryHigh', true, '95 %', 60, ofGpu('hw_gpu_memory_utilization_ratio', '0.95x100')),
  caseOf('GpuMemoryHigh', false, '90 %', 60, ofGpu('hw_gpu_memory_utilization_ratio', '0.9x100')),
  caseOf('GpuUncorrectedErrors', true, 'one error', 32, errors('uncorrected', '0x30 1x70')),
  caseOf('GpuUncorrectedErrors', false, 'corrected errors', 32, errors('corrected', '0+9x100')),
  caseOf('GpuUncorrectedErrors', false, 'an error long ago', 32, errors('uncorrected', '1x100')),
  caseOf('GpuXidErrors', true, 'the first error of a code', 32, errors('xid_79', '_x30 1x70')),
  caseOf('GpuXidErrors', true, 'another error of a code', 62, errors('xid_79', '_x30 1x30 2x70')),
  caseOf('GpuXidErrors', false, 'an error an hour ago', 92, errors('xid_79', '_x30 1x70')),
  caseOf('GpuXidErrors', false, 'memory errors', 32, errors('corrected', '_x30 1x70')),
  caseOf('GpuThrottledByHeat', true, 'most of the time', 60, throttled('hw_thermal_slowdown', '1x100')),
  caseOf('GpuThrottledByHeat', false, 'by the power limit', 60, throttled('sw_power_cap', '1x100')),
  caseOf('GpuThrottledByHeat', false, 'a moment', 60, throttled('hw_thermal_slowdown', '0x58 1x2 0x40')),
];

const ofPool = (name: string, values: string, ...labels: string[]): Series =>
  of(name, values, 'db_client_connection_pool_name="orders"', ...labels);
const pool = (used: string, pending: string): Series => ({
  ...ofPool('db_client_connection_count', used, 'db_client_connection_state="used"'),
  ...ofPool('db_client_connection_max', '10x100'),
  ...ofPool('db_client_connection_pending_requests', pending),
});
const client = (status: string) => ofPool('db_client_status', '1x100', `db_client_status="${status}"`);
const failures = (values: string) =>
  of('otelier_application_failures_total', values, 'kind="pool"', 'name="orders"', 'error_type="failed"');

const applicationCases: readonly AlertCase[] = [
  caseOf('ApplicationPoolExhausted', true, 'all are in use, requests wait', 20, pool('10x100', '3x100')),
  caseOf('ApplicationPoolExhausted', false, 'all are in use, none waits', 20, pool('10x100', '0x100')),
  caseOf('ApplicationPoolExhausted', false, 'one is free', 20, pool('9x100', '3x100')),
  caseOf(
    'ApplicationPoolTimeouts',
    true,
    'in each minute',
    20,
    ofPool('db_client_connection_timeouts_total', '0+1x100'),
  ),
  caseOf('ApplicationPoolTimeouts', false, 'long ago', 20, ofPool('db_client_connection_timeouts_total', '7x100')),
  caseOf('ApplicationClientDisconnected', true, 'reconnecting', 20, client('reconnecting')),
  caseOf('ApplicationClientDisconnected', false, 'ready', 20, client('ready')),
  caseOf(
    'ApplicationBufferDropping',
    true,
    'in each minute',
    20,
    of('buffer_dropped_total', '0+1x100', 'buffer_name="b"'),
  ),
  caseOf('ApplicationBufferDropping', false, 'long ago', 20, of('buffer_dropped_total', '7x100', 'buffer_name="b"')),
  caseOf(
    'ApplicationQueueOld',
    true,
    'ten minutes',
    20,
    of('queue_oldest_item_age_seconds', '600x100', 'queue_name="q"'),
  ),
  caseOf('ApplicationQueueOld', false, 'a minute', 20, of('queue_oldest_item_age_seconds', '60x100', 'queue_name="q"')),
  caseOf('ApplicationSourceFailing', true, 'in each minute', 40, failures('0+1x100')),
  caseOf('ApplicationSourceFailing', false, 'once', 40, failures('0x30 1x70')),
];

const cases = [...runtimeCases, ...hostCases, ...containerCases, ...gpuCases, ...applicationCases];

testAlerts('collectors', { rules, cases });
