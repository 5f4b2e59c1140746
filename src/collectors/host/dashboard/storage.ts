/** Rows of memory and file systems. */
import { panel, type Row, rate, row, value } from '../../../panels/index.js';
import { byInstance, fullness, ofInstance, operators, share, technical } from '../../panel-defaults.js';
import { byFileSystem, freeInodes, freeSpace, type HostMetrics, memoryShare } from '../dashboard-queries.js';

const fileSystem = `${ofInstance} {system.filesystem.mountpoint}`;

export function memoryRow(metrics: HostMetrics): Row {
  const { memoryUsage, memoryShared, slabUsage, pagingUsage, pagingFaults, pagingOperations, memoryLimit } = metrics;
  return row('Memory', [
    panel({
      title: 'Used share of the memory',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: memoryShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Memory by state',
      roles: technical,
      queries: [
        { query: value(memoryUsage, { by: ['system.memory.state'] }), legend: '{system.memory.state}' },
        { query: value(memoryLimit), legend: 'size' },
        { query: value(memoryShared), legend: 'shared' },
        {
          query: value(slabUsage, { by: ['system.memory.linux.slab.state'] }),
          legend: 'kernel caches, {system.memory.linux.slab.state}',
        },
      ],
    }),
    panel({
      title: 'Swap space by state',
      roles: operators,
      stacked: true,
      queries: { query: value(pagingUsage, { by: ['system.paging.state'] }), legend: '{system.paging.state}' },
    }),
    panel({
      title: 'Page faults and swapped pages',
      roles: operators,
      unit: '{page}/s',
      queries: [
        {
          query: rate(pagingFaults, { by: ['system.paging.fault.type'] }),
          legend: 'faults, {system.paging.fault.type}',
        },
        {
          query: rate(pagingOperations, { by: ['system.paging.direction'] }),
          legend: 'swapped {system.paging.direction}',
        },
      ],
    }),
  ]);
}

export function storageRow(metrics: HostMetrics): Row {
  const { fileSystemUsage, fileSystemLimit } = metrics;
  const used = { 'system.filesystem.state': 'used' } as const;
  return row('File systems', [
    panel({
      title: 'Free share of the space',
      roles: technical,
      ...share,
      queries: { query: freeSpace(metrics, byFileSystem), legend: fileSystem },
    }),
    panel({
      title: 'Free share of the inodes',
      roles: operators,
      ...share,
      queries: { query: freeInodes(metrics, byFileSystem), legend: fileSystem },
    }),
    panel({
      title: 'Used space',
      roles: technical,
      min: 0,
      queries: { query: value(fileSystemUsage, { by: byFileSystem, where: used }), legend: fileSystem },
    }),
    panel({
      title: 'Sizes of file systems',
      kind: 'table',
      roles: operators,
      queries: value(fileSystemLimit, { by: [...byFileSystem, 'system.filesystem.type'] }),
    }),
  ]);
}
