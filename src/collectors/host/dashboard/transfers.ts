/** Rows of disks, network interfaces and pressure. */
import { divide, panel, type Row, rate, row, value } from '../../../panels/index.js';
import { byInstance, ofInstance, operators, share, technical } from '../../panel-defaults.js';
import { type HostMetrics, pressureShare } from '../dashboard-queries.js';

export function diskRow(metrics: HostMetrics): Row {
  const { diskIo, diskBusy, diskOperations, diskOperationTime, diskLimit } = metrics;
  const by = ['system.device', 'disk.io.direction'] as const;
  const legend = '{system.device} {disk.io.direction}';
  return row('Disks', [
    panel({ title: 'Disk throughput', roles: technical, min: 0, queries: { query: rate(diskIo, { by }), legend } }),
    panel({
      title: 'Busy share of disks',
      roles: technical,
      ...share,
      queries: {
        query: rate(diskBusy, { by: [...byInstance, 'system.device'] }),
        legend: `${ofInstance} {system.device}`,
      },
    }),
    panel({
      title: 'Disk operations',
      roles: operators,
      min: 0,
      queries: { query: rate(diskOperations, { by }), legend },
    }),
    panel({
      title: 'Duration of disk operations',
      roles: operators,
      unit: 's',
      min: 0,
      queries: { query: divide(rate(diskOperationTime, { by }), rate(diskOperations, { by })), legend },
    }),
    panel({
      title: 'Sizes of disks',
      kind: 'table',
      roles: operators,
      queries: value(diskLimit, { by: [...byInstance, 'system.device'] }),
    }),
  ]);
}

export function networkRow(metrics: HostMetrics): Row {
  const { networkIo, networkPackets, networkDropped, networkErrors } = metrics;
  const by = ['network.interface.name', 'network.io.direction'] as const;
  const legend = '{network.interface.name} {network.io.direction}';
  return row('Network', [
    panel({
      title: 'Network throughput',
      roles: technical,
      min: 0,
      queries: { query: rate(networkIo, { by }), legend },
    }),
    panel({
      title: 'Packets',
      roles: operators,
      min: 0,
      queries: {
        query: rate(networkPackets, { by: ['system.device', 'network.io.direction'] }),
        legend: '{system.device} {network.io.direction}',
      },
    }),
    panel({
      title: 'Lost packets',
      roles: technical,
      min: 0,
      unit: '{packet}/s',
      queries: [
        { query: rate(networkDropped, { by }), legend: `${legend}, dropped` },
        { query: rate(networkErrors, { by }), legend: `${legend}, errors` },
      ],
    }),
  ]);
}

export function pressureRow(metrics: HostMetrics): Row {
  const by = ['system.linux.pressure.resource'] as const;
  const legend = '{system.linux.pressure.resource}';
  return row('Pressure', [
    panel({
      title: 'At least one task waits',
      roles: technical,
      ...share,
      queries: { query: pressureShare(metrics, [...byInstance, ...by], 'some'), legend: `${ofInstance} ${legend}` },
    }),
    panel({
      title: 'All tasks wait',
      roles: technical,
      ...share,
      queries: { query: pressureShare(metrics, [...byInstance, ...by], 'full'), legend: `${ofInstance} ${legend}` },
    }),
  ]);
}
