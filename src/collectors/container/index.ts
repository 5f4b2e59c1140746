/**
 * Collector `container`: processor time, memory, disk transfers and limits of the container of this process, from its
 * control groups.
 *
 * `find.ts` recognizes the container, `group-files.ts` parses its files in both versions, `metrics.ts` has the metrics.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import type { Collector } from '../../catalogue/pack.js';
import { MetricsError } from '../../errors.js';
import { diag } from '../../model/diag.js';
import { collectorOf } from '../collector.js';
import { type GroupOptions, groupProblems, intervalsOf } from '../group-options.js';
import { kernelFiles, readText } from '../read-text.js';
import { type Container, findContainer } from './find.js';
import { type ContainerGroup, containerGroups, containerMetrics } from './metrics.js';
import { containerReaders } from './readers.js';

export type { ContainerGroup };

/** Options of the collector. */
export type ContainerOptions = GroupOptions<ContainerGroup>;

/**
 * Returns the collector, for `startMetrics({ collectors })`. Readings are made at collection only. `limits` are reused for
 * 60 seconds by default, the other groups for 1 second. Outside a container, and on other platforms than Linux, nothing is
 * shown.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems of the options.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { container } from 'otelier/collectors/container';
 * startMetrics({ serviceName: 'shop', collectors: [container()] });
 */
export function container(options: ContainerOptions = {}): Collector {
  const problems = groupProblems('container', Object.keys(containerGroups), options);
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const intervals = intervalsOf(containerGroups, options);
  const sourceName = (group: ContainerGroup) => `container.${group}`;
  return collectorOf({
    name: 'container',
    options,
    read: Object.fromEntries([...intervals.keys()].map((group) => [sourceName(group), containerMetrics[group]])),
    open({ clock }) {
      const found = containerOfProcess();
      if (found === undefined) {
        diag.debug('collector container: this process does not run in a container on Linux; it shows no metrics');
        return { sources: [] };
      }
      const files = kernelFiles();
      const readers = containerReaders(found, clock, files);
      return {
        sources: [...intervals].map(([group, intervalMs]) => ({
          name: sourceName(group),
          intervalMs,
          ...readers[group],
        })),
        stop: files.close,
      };
    },
  });
}

function containerOfProcess(): Container | undefined {
  return findContainer({
    cgroup: readText('/proc/self/cgroup') ?? '',
    mountinfo: readText('/proc/self/mountinfo') ?? '',
    variable: process.env['container'],
    exists: existsSync,
  });
}
