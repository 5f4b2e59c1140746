/** Metrics of disks and network interfaces. */
import { oneOf, text } from '../../catalogue/attributes.js';
import { readCounter } from '../read-metrics.js';
import type { Disk, NetworkInterface, Traffic, Transfers } from './proc-files.js';

const device = 'system.device';
const ofDevice = { [device]: text({ limit: 200 }) };
const diskDirection = 'disk.io.direction';
const direction = 'network.io.direction';
const interfaceName = 'network.interface.name';

const transfers = (name: string, unit: string, description: string, key: keyof Transfers) =>
  readCounter(
    `system.disk.${name}`,
    unit,
    description,
    { ...ofDevice, [diskDirection]: oneOf('read', 'write') },
    (disks: readonly Disk[], observe) => {
      for (const disk of disks) {
        observe(disk.read[key], { [device]: disk.device, [diskDirection]: 'read' });
        observe(disk.write[key], { [device]: disk.device, [diskDirection]: 'write' });
      }
    },
  );

/** The metrics of group `disk`. */
export const diskMetrics = {
  diskIo: transfers('io', 'By', 'Bytes read from and written to disks.', 'bytes'),
  diskOperations: transfers('operations', '{operation}', 'Completed operations of disks.', 'operations'),
  diskOperationTime: transfers('operation_time', 's', 'Sum of the durations of the operations of disks.', 'seconds'),
  diskMerged: transfers('merged', '{operation}', 'Operations of disks that were merged into others.', 'merged'),
  diskBusy: readCounter(
    'system.disk.io_time',
    's',
    'Time in which disks were busy.',
    ofDevice,
    (disks: readonly Disk[], observe) => {
      for (const disk of disks) observe(disk.busySeconds, { [device]: disk.device });
    },
  ),
};

const traffic = (name: string, unit: string, description: string, key: keyof Traffic, nameKey = interfaceName) =>
  readCounter(
    `system.network.${name}`,
    unit,
    description,
    { [nameKey]: text({ limit: 200 }), [direction]: oneOf('receive', 'transmit') },
    (interfaces: readonly NetworkInterface[], observe) => {
      for (const each of interfaces) {
        observe(each.receive[key], { [nameKey]: each.name, [direction]: 'receive' });
        observe(each.transmit[key], { [nameKey]: each.name, [direction]: 'transmit' });
      }
    },
  );

/** The metrics of group `network`. In one of them, the conventions name the interface differently. */
export const networkMetrics = {
  networkIo: traffic('io', 'By', 'Bytes received and sent.', 'bytes'),
  networkPackets: traffic('packet.count', '{packet}', 'Packets received and sent.', 'packets', device),
  networkDropped: traffic('packet.dropped', '{packet}', 'Packets that were dropped without an error.', 'dropped'),
  networkErrors: traffic('errors', '{error}', 'Errors of network interfaces.', 'errors'),
};
