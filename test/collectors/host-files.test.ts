/** Collector `host`: its parsers, on the files of several kernels. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CpuTimes, cpuUsageFollower, parseCpuTimes } from '../../src/collectors/host/cpu.js';
import type { HostGroup } from '../../src/collectors/host/groups.js';
import { linuxReaders } from '../../src/collectors/host/linux.js';
import { mountsToShow } from '../../src/collectors/host/mounts.js';
import {
  parseCpuCount,
  parseDisks,
  parseMemory,
  parseNetwork,
  parsePaging,
  parsePressure,
} from '../../src/collectors/host/proc-files.js';
import { parseMountinfo } from '../../src/collectors/mountinfo.js';
import { readText } from '../../src/collectors/read-text.js';

const folderOf = (kernel: string) => fileURLToPath(new URL(`fixtures/${kernel}/`, import.meta.url));

/** Reads a group of the files of a kernel. */
function read(kernel: string, group: HostGroup, perCpu = false) {
  const reader = linuxReaders(folderOf(kernel), perCpu, { read: readText })[group];
  return reader.parse(reader.load());
}

const kB = 1_024;
const secondsOf = (kernel: string, perCpu = false) =>
  read(kernel, 'cpu', perCpu).map(({ number, seconds }: CpuTimes) => [number, seconds]);

describe('time of processors', () => {
  test.each([
    ['linux-3.2', { user: 1, nice: 0.2, system: 3, idle: 40, iowait: 0.5, interrupt: 0.13 }],
    ['linux-4.18', { user: 20, nice: 0, system: 10, idle: 900, iowait: 5, interrupt: 0.3, steal: 0 }],
    ['linux-6.12', { user: 10, nice: 0.1, system: 5, idle: 80, iowait: 0.4, interrupt: 0.3, steal: 0.2 }],
  ])('of all processors in %s', (kernel, seconds) => {
    expect(secondsOf(kernel)).toEqual([[undefined, seconds]]);
  });

  test('of each processor', () => {
    expect(secondsOf('linux-6.12', true)).toEqual([
      [0, { user: 6, nice: 0.05, system: 3, idle: 40, iowait: 0.2, interrupt: 0.1, steal: 0.1 }],
      [1, { user: 4, nice: 0.05, system: 2, idle: 40, iowait: 0.2, interrupt: 0.2, steal: 0.1 }],
    ]);
  });

  const line = (user: number, idle: number) => parseCpuTimes(`cpu  ${user} 0 0 ${idle} 0 0 0 0\n`, false);
  test.each([
    ['a first reading has no shares', [[100, 100]], undefined],
    [
      'shares are those of the time between two readings',
      [
        [100, 100],
        [175, 125],
      ],
      { user: 0.75, idle: 0.25 },
    ],
    [
      'without time between two readings there are no shares',
      [
        [100, 100],
        [100, 100],
      ],
      undefined,
    ],
    [
      'a small decrease of idle is ignored',
      [
        [100, 1_000],
        [200, 990],
      ],
      { user: 1, idle: 0 },
    ],
    [
      'after a small decrease, time counts from the value before',
      [
        [0, 1_000],
        [0, 990],
        [100, 1_100],
      ],
      { user: 0.5, idle: 0.5 },
    ],
  ])('%s', (_, readings, expected) => {
    const follow = cpuUsageFollower();
    const usages = readings.map(([user = 0, idle = 0]) => follow(line(user, idle)));
    const share = usages.at(-1)?.[0]?.share;
    expect(share && { user: share.user, idle: share.idle }).toEqual(expected);
  });

  test('a total never decreases a little, and starts again after a large decrease', () => {
    const follow = cpuUsageFollower();
    const idle = [1_000, 990, 1_010, 20].map((ticks) => follow(line(0, ticks))[0]?.seconds.idle);
    expect(idle).toEqual([10, 10, 10.1, 0.2]);
  });
});

test.each([
  [
    'linux-3.2',
    {
      total: 1_000_000 * kB,
      // Without an estimate of the kernel: free, buffers, cached and reclaimable memory are available.
      used: 320_000 * kB,
      free: 400_000 * kB,
      buffers: 50_000 * kB,
      cached: 200_000 * kB,
      available: undefined,
      shared: 1_000 * kB,
      slabReclaimable: 30_000 * kB,
      slabUnreclaimable: 10_000 * kB,
    },
    { total: 500_000 * kB, free: 450_000 * kB, faults: 5_000, majorFaults: 40, pagesIn: 11, pagesOut: 12 },
  ],
  [
    'linux-4.18',
    {
      total: 8_000_000 * kB,
      used: 2_000_000 * kB,
      free: 1_000_000 * kB,
      buffers: 4 * kB,
      cached: 5_000_000 * kB,
      available: 6_000_000 * kB,
      shared: 20_000 * kB,
      slabReclaimable: 300_000 * kB,
      slabUnreclaimable: 100_000 * kB,
    },
    { total: 0, free: 0, faults: 700, majorFaults: 7, pagesIn: 0, pagesOut: 0 },
  ],
  [
    'linux-6.12',
    {
      total: 16_000_000 * kB,
      used: 6_000_000 * kB,
      free: 2_000_000 * kB,
      buffers: 100_000 * kB,
      cached: 7_000_000 * kB,
      available: 10_000_000 * kB,
      shared: 300_000 * kB,
      slabReclaimable: 600_000 * kB,
      slabUnreclaimable: 200_000 * kB,
    },
    { total: 2_000_000 * kB, free: 1_500_000 * kB, faults: 123_456, majorFaults: 456, pagesIn: 21, pagesOut: 22 },
  ],
])('memory and swap of %s', (kernel, memory, paging) => {
  expect(read(kernel, 'memory')).toEqual(memory);
  expect(read(kernel, 'paging')).toEqual(paging);
});

const disk = (device: string, read: number[], write: number[], busySeconds: number) => {
  const transfers = ([operations, merged, sectors = 0, milliseconds = 0]: number[]) => ({
    operations,
    merged,
    bytes: sectors * 512,
    seconds: milliseconds / 1_000,
  });
  return { device, read: transfers(read), write: transfers(write), busySeconds };
};
test.each([
  ['linux-3.2', [disk('sda', [10, 1, 200, 30], [20, 2, 400, 50], 0.07)]],
  [
    'linux-4.18',
    [
      disk('nvme0n1', [1_000, 10, 80_000, 500], [2_000, 20, 160_000, 600], 0.9),
      disk('dm-0', [1_010, 0, 80_000, 510], [2_020, 0, 160_000, 610], 0.91),
    ],
  ],
  [
    'linux-6.12',
    [
      disk('nvme0n1', [5_000, 50, 400_000, 2_500], [6_000, 60, 480_000, 3_000], 4),
      disk('dm-0', [5_050, 0, 400_000, 2_550], [6_060, 0, 480_000, 3_050], 4.05),
      disk('mmcblk0', [1, 0, 8, 1], [0, 0, 0, 0], 0.001),
    ],
  ],
])('whole disks of %s', (kernel, disks) => {
  expect(read(kernel, 'disk')).toEqual(disks);
});

const traffic = (bytes: number, packets: number, errors = 0, dropped = 0) => ({ bytes, packets, errors, dropped });
test.each([
  [
    'linux-3.2',
    [
      { name: 'lo', receive: traffic(5_000, 50), transmit: traffic(5_000, 50) },
      { name: 'eth0', receive: traffic(123_456_789, 1_000, 1, 2), transmit: traffic(987_654_321, 2_000, 7, 8) },
      { name: 'eth0:1', receive: traffic(10, 1), transmit: traffic(20, 2) },
    ],
  ],
  [
    'linux-4.18',
    [
      { name: 'lo', receive: traffic(0, 0), transmit: traffic(0, 0) },
      { name: 'ens3', receive: traffic(18_446_744_073_709_552, 10), transmit: traffic(42, 1) },
    ],
  ],
  [
    'linux-6.12',
    [
      { name: 'lo', receive: traffic(1_000, 10), transmit: traffic(1_000, 10) },
      { name: 'enp0s31f6', receive: traffic(2_000, 20, 1, 2), transmit: traffic(3_000, 30, 3, 4) },
    ],
  ],
])('network interfaces of %s, without those of containers', (kernel, interfaces) => {
  expect(read(kernel, 'network')).toEqual(interfaces);
});

test('pressure, of the resources that the kernel knows', () => {
  expect(read('linux-6.12', 'pressure')).toEqual({
    cpu: { some: 12.345678, full: 0 },
    memory: { some: 2.5, full: 1 },
    io: { some: 7, full: 6 },
    irq: { some: undefined, full: 0.5 },
  });
  const absent = { cpu: undefined, memory: undefined, io: undefined, irq: undefined };
  expect(read('linux-4.18', 'pressure')).toEqual(absent);
});

test('limits', () => {
  expect(read('linux-6.12', 'limits')).toEqual({
    logicalCpus: 3,
    memoryBytes: 16_000_000 * kB,
    diskBytes: new Map([
      ['nvme0n1', 1_000_215_216 * 512],
      ['dm-0', 998_000_000 * 512],
    ]),
  });
});

test.each([
  ['linux-3.2', ['/ rw ext3', '/media/my disk rw nfs']],
  // The bind mount of a folder, automounts, and the mounts of the kernel and of containers are not shown.
  ['linux-4.18', ['/run rw tmpfs', '/ rw xfs', '/boot rw xfs', '/home/shared rw nfs4']],
  // Subvolumes are one file system, and the second mount on /tmp hides the first. Remote ones are last.
  [
    'linux-6.12',
    [
      '/ rw btrfs',
      '/boot/efi ro vfat',
      '/tmp rw tmpfs',
      '/run/user/1000 rw tmpfs',
      '/mnt/share rw cifs',
      '/mnt/remote rw fuse.sshfs',
    ],
  ],
])('mounts of %s', (kernel, expected) => {
  const mounts = mountsToShow(readText(`${folderOf(kernel)}proc/self/mountinfo`) ?? '');
  expect(mounts.map(({ mountPoint, mode, type }) => `${mountPoint} ${mode} ${type}`)).toEqual(expected);
});

test('without a file there is no reading, and no failure', () => {
  const readers = linuxReaders('/nonexistent/', false, { read: readText });
  for (const group of ['cpu', 'memory', 'disk', 'network'] as const) {
    expect([group, readers[group].parse(readers[group].load())]).toEqual([group, undefined]);
  }
  const nothing = { total: undefined, free: undefined, faults: undefined, majorFaults: undefined };
  expect(readers.paging.parse(readers.paging.load())).toMatchObject(nothing);
  expect(readers.limits.parse(readers.limits.load())).toMatchObject({ memoryBytes: undefined, diskBytes: new Map() });
});

test('no text throws, and numbers are never negative or NaN', () => {
  const lines = ['linux-3.2', 'linux-6.12'].flatMap((kernel) =>
    ['stat', 'meminfo', 'vmstat', 'diskstats', 'net/dev', 'self/mountinfo', 'pressure/io'].flatMap((name) =>
      (readText(`${folderOf(kernel)}proc/${name}`) ?? '').split('\n'),
    ),
  );
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(100)).map(([line, length]) => line.slice(0, length));
  const huge = fc.constantFrom(...lines).map((line) => line.replace(/\d+/g, (digits) => digits.repeat(80)));
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(...lines), cut, huge)).map((each) => each.join('\n'));
  fc.assert(
    fc.property(text, (content) => {
      const follow = cpuUsageFollower();
      const readings = [
        follow(parseCpuTimes(content, false)),
        follow(parseCpuTimes(content, true)),
        parseMemory(content),
        parsePaging(content, content),
        parseDisks(content),
        parseNetwork(content),
        parsePressure(content),
        parseCpuCount(content),
        mountsToShow(content),
        parseMountinfo(content),
      ];
      const check = (value: unknown): void => {
        if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
        else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) check(each);
      };
      for (const reading of readings) check(reading);
    }),
    { numRuns: 500 },
  );
});
