/**
 * The metrics of the host, by group, under the names of OpenTelemetry's conventions.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/system/system-metrics/
 */
import { oneOf } from '../../catalogue/attributes.js';
import { defineCatalogue } from '../../catalogue/catalogue.js';
import { collectorScope } from '../../model/instrument.js';
import { definitionsOf, type ReadMetrics } from '../collector.js';
import { observeEach, readCounter } from '../read-metrics.js';
import { cpuMetrics, loadMetrics } from './cpu-metrics.js';
import { fileSystemMetrics, limitMetrics } from './filesystem-metrics.js';
import type { HostGroup } from './groups.js';
import { memoryMetrics, pagingMetrics } from './memory-metrics.js';
import { type PressureByResource, pressureResources, stallTypes } from './proc-files.js';
import { diskMetrics, networkMetrics } from './transfer-metrics.js';

const resource = 'system.linux.pressure.resource';
const stallType = 'system.linux.pressure.stall_type';

/** The conventions have no name for pressure: `system.linux` is their namespace of what only Linux has. */
const pressureMetrics = {
  pressure: readCounter(
    'system.linux.pressure.time',
    's',
    'Time in which tasks waited for a resource: at least one task (some), or all tasks (full).',
    { [resource]: oneOf(...pressureResources), [stallType]: oneOf(...stallTypes) },
    (pressures: PressureByResource, observe) => {
      for (const [name, seconds] of Object.entries(pressures))
        observeEach(observe, stallType, seconds ?? {}, { [resource]: name });
    },
  ),
};

/** Returns the metrics of all groups. */
export function hostMetrics(perCpu: boolean) {
  return {
    cpu: cpuMetrics(perCpu),
    load: loadMetrics,
    memory: memoryMetrics,
    paging: pagingMetrics,
    disk: diskMetrics,
    network: networkMetrics,
    pressure: pressureMetrics,
    filesystem: fileSystemMetrics,
    limits: limitMetrics,
  } satisfies Readonly<Record<HostGroup, ReadMetrics>>;
}

/** Returns the catalogue of the metrics of all groups, for queries. */
export function hostCatalogue() {
  const { cpu, load, memory, paging, disk, network, pressure, filesystem, limits } = hostMetrics(false);
  const all = { ...cpu, ...load, ...memory, ...paging, ...disk, ...network, ...pressure, ...filesystem, ...limits };
  return defineCatalogue(definitionsOf(all), { scope: { name: collectorScope } });
}
