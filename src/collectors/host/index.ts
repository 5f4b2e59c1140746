/**
 * Collector `host`: processors, load, memory, swap, disks, network, pressure and file systems of the machine.
 *
 * `linux.ts` reads the files of the kernel, `otel-package.ts` an optional package on other platforms. `metrics.ts` has the
 * metrics.
 *
 * @module
 */
import type { Collector } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { collectorOf } from '../collector.js';
import { type GroupOptions, groupProblems, intervalsOf } from '../group-options.js';
import { choiceCheck, flagCheck } from '../options.js';
import { kernelFiles } from '../read-text.js';
import { type HostGroup, hostGroups } from './groups.js';
import { linuxReaders } from './linux.js';
import { hostMetrics } from './metrics.js';
import { packageReaders } from './otel-package.js';

const origins = ['proc', 'otel'] as const;

/** Origin of the readings: the files of Linux, or the package `@opentelemetry/host-metrics`. */
export type HostOrigin = (typeof origins)[number];

export type { HostGroup };

/** Options of the collector. */
export interface HostOptions extends GroupOptions<HostGroup> {
  /** True to show each processor with its number; false by default. */
  readonly perCpu?: boolean;
  /**
   * `proc` for the files of Linux, `otel` for the optional package `@opentelemetry/host-metrics`, which has only the groups
   * `cpu`, `memory` and `network`. By default `proc` on Linux, and `otel` elsewhere.
   */
  readonly from?: HostOrigin;
}

/**
 * Returns the collector, for `startMetrics({ collectors })`. Readings are made at collection only. `filesystem` and `limits`
 * are reused for 60 seconds by default, the other groups for 1 second.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { host } from 'otelier/collectors/host';
 * startMetrics({ serviceName: 'shop', collectors: [host({ groups: { pressure: false } })] });
 */
export function host(options: HostOptions = {}): Collector {
  const problems = groupProblems('host', Object.keys(hostGroups), options, checks);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const { perCpu = false } = options;
  const intervals = intervalsOf(hostGroups, options);
  const metrics = hostMetrics(perCpu);
  const sourceName = (group: HostGroup) => `host.${group}`;
  return collectorOf({
    name: 'host',
    options,
    read: Object.fromEntries([...intervals.keys()].map((group) => [sourceName(group), metrics[group]])),
    open() {
      const from = options.from ?? (process.platform === 'linux' ? 'proc' : 'otel');
      const files = kernelFiles();
      const readers = from === 'otel' ? packageReaders(intervals.keys(), perCpu) : linuxReaders('/', perCpu, files);
      return {
        sources: [...intervals].flatMap(([group, intervalMs]) => {
          const reader = readers[group];
          return reader === undefined ? [] : [{ name: sourceName(group), intervalMs, ...reader }];
        }),
        stop: files.close,
      };
    },
  });
}

const checks = { perCpu: flagCheck, from: choiceCheck(origins) };
