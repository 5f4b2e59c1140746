/** Dashboard of collector `host`. `dashboard/` has the rows of memory and of transfers. */
import { type Dashboard, dashboard, divide, panel, type Row, rate, row, value } from '../../panels/index.js';
import { byInstance, fullness, ofInstance, scarcity, share, technical } from '../panel-defaults.js';
import { memoryRow, storageRow } from './dashboard/storage.js';
import { diskRow, networkRow, pressureRow } from './dashboard/transfers.js';
import { cpuShare, type HostMetrics, hostMetricsForQueries, memoryShare } from './dashboard-queries.js';

/** Returns the dashboard of hosts. */
export function hostDashboard(): Dashboard {
  const metrics = hostMetricsForQueries();
  return dashboard({
    uid: 'otelier-host',
    title: 'Hosts',
    description: 'Processors, memory, swap space, disks, file systems, network and pressure of hosts.',
    tags: ['host'],
    rows: [
      overviewRow(metrics),
      cpuRow(metrics),
      memoryRow(metrics),
      storageRow(metrics),
      diskRow(metrics),
      networkRow(metrics),
      pressureRow(metrics),
    ],
  });
}

function overviewRow(metrics: HostMetrics): Row {
  const { uptime, fileSystemUtilization, pagingUsage } = metrics;
  const free = { 'system.filesystem.state': 'free', 'system.filesystem.mode': 'rw' } as const;
  return row('Overview', [
    panel({ title: 'Hosts', kind: 'stat', unit: '{host}', queries: value(uptime, { merge: 'count' }) }),
    panel({ title: 'CPU', kind: 'gauge', ...share, thresholds: fullness, queries: cpuShare(metrics, []) }),
    panel({ title: 'Memory', kind: 'gauge', ...share, thresholds: fullness, queries: memoryShare(metrics, []) }),
    panel({
      title: 'Least free space',
      kind: 'gauge',
      ...share,
      thresholds: scarcity,
      queries: value(fileSystemUtilization, { where: free, merge: 'min' }),
    }),
    panel({
      title: 'Used swap space',
      kind: 'stat',
      roles: technical,
      queries: value(pagingUsage, { where: { 'system.paging.state': 'used' } }),
    }),
    panel({ title: 'Latest start', kind: 'stat', roles: technical, queries: value(uptime, { merge: 'min' }) }),
  ]);
}

function cpuRow(metrics: HostMetrics): Row {
  const { cpuTime, cpuCount, load1m, load5m, load15m } = metrics;
  const processors = value(cpuCount, { by: byInstance });
  const perProcessor = (load: typeof load1m) => divide(value(load, { by: byInstance }), processors);
  return row('Processors', [
    panel({
      title: 'Used share of the processors',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: cpuShare(metrics, byInstance), legend: ofInstance },
    }),
    panel({
      title: 'Processors by mode',
      roles: technical,
      unit: '1',
      stacked: true,
      queries: { query: divide(rate(cpuTime, { by: ['cpu.mode'] }), rate(cpuTime)), legend: '{cpu.mode}' },
    }),
    panel({
      title: 'Load per processor',
      roles: technical,
      unit: '1',
      min: 0,
      thresholds: [{ from: 1, level: 'warning' }],
      queries: [
        { query: perProcessor(load1m), legend: `${ofInstance} 1 min` },
        { query: perProcessor(load5m), legend: `${ofInstance} 5 min` },
        { query: perProcessor(load15m), legend: `${ofInstance} 15 min` },
      ],
    }),
  ]);
}
