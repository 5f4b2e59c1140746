/** Parsers of the files in `/proc` and `/sys` that describe the host, except for those of `cpu.ts` and `mounts.ts`. */
import { countOf, keyedCounts, scaled } from '../read-text.js';

type Count = number | undefined;

/** Physical memory, in bytes. */
export interface Memory {
  readonly total?: Count;
  /** Total without what is available to new programs. */
  readonly used?: Count;
  readonly free?: Count;
  readonly buffers?: Count;
  readonly cached?: Count;
  readonly available?: Count;
  readonly shared?: Count;
  readonly slabReclaimable?: Count;
  readonly slabUnreclaimable?: Count;
}

/** Swap space in bytes, and events since boot. */
export interface Paging {
  readonly total: Count;
  readonly free: Count;
  readonly faults: Count;
  readonly majorFaults: Count;
  readonly pagesIn: Count;
  readonly pagesOut: Count;
}

/** Transfers of a disk in one direction since boot. */
export interface Transfers {
  readonly operations: Count;
  readonly merged: Count;
  readonly bytes: Count;
  readonly seconds: Count;
}

/** A whole disk. */
export interface Disk {
  readonly device: string;
  readonly read: Transfers;
  readonly write: Transfers;
  readonly busySeconds: Count;
}

/** Traffic of a network interface in one direction. */
export interface Traffic {
  readonly bytes: Count;
  readonly packets?: Count;
  readonly errors: Count;
  readonly dropped: Count;
}

/** A network interface. */
export interface NetworkInterface {
  readonly name: string;
  readonly receive: Traffic;
  readonly transmit: Traffic;
}

/** Parses `/proc/meminfo`. */
export function parseMemory(text: string): Memory {
  const counts = keyedCounts(text);
  const bytes = (key: string) => scaled(counts(key), 1_024);
  const [total, free, buffers, cached] = ['MemTotal', 'MemFree', 'Buffers', 'Cached'].map(bytes);
  const slabReclaimable = bytes('SReclaimable');
  const available = bytes('MemAvailable');
  // Kernels before 3.14 do not estimate what is available.
  const unused = available ?? (free ?? 0) + (buffers ?? 0) + (cached ?? 0) + (slabReclaimable ?? 0);
  return {
    total,
    used: total === undefined ? undefined : Math.max(0, total - unused),
    free,
    buffers,
    cached,
    available,
    shared: bytes('Shmem'),
    slabReclaimable,
    slabUnreclaimable: bytes('SUnreclaim'),
  };
}

/** Parses swap space in `/proc/meminfo` and the events in `/proc/vmstat`. */
export function parsePaging(meminfo: string, vmstat: string): Paging {
  const [space, events] = [keyedCounts(meminfo), keyedCounts(vmstat)];
  return {
    total: scaled(space('SwapTotal'), 1_024),
    free: scaled(space('SwapFree'), 1_024),
    faults: events('pgfault'),
    majorFaults: events('pgmajfault'),
    pagesIn: events('pswpin'),
    pagesOut: events('pswpout'),
  };
}

/** Memory disks, loops and partitions: their transfers are also those of a disk, or of no disk. */
const notWholeDisk = /^(?:z?ram\d+|loop\d+|fd\d+|(?:h|s|v|xv)d[a-z]+\d+|(?:nvme\d+n|mmcblk)\d+p\d+)$/;

/** Reports whether a block device is a whole disk. */
export const isWholeDisk = (device: string) => !notWholeDisk.test(device);

const bytesPerSector = 512;

/** Parses `/proc/diskstats`: the whole disks. Fields after the eleventh, which newer kernels have, are not used. */
export function parseDisks(text: string): Disk[] {
  return text.split('\n').flatMap((line) => {
    const [, device = '', rest = ''] = /^ *\d+ +\d+ (\S+) (.+)$/.exec(line) ?? [];
    if (!isWholeDisk(device)) return [];
    const counts = rest.split(' ', 11).map(countOf);
    // Partitions of Linux 2.6 have four fields.
    if (counts.length < 11) return [];
    const transfers = (start: number): Transfers => ({
      operations: counts[start],
      merged: counts[start + 1],
      bytes: scaled(counts[start + 2], bytesPerSector),
      seconds: scaled(counts[start + 3], 1e-3),
    });
    return [{ device, read: transfers(0), write: transfers(4), busySeconds: scaled(counts[9], 1e-3) }];
  });
}

/** Host sides of the interfaces of containers: there is one for each container, and each has a new name. */
const ofContainer = /^(?:veth|cali|lxc)/;

/** An interface, whose name can have a colon, then four fields to show and four others in each direction. */
const interfaceLine = /^ *(.+): *(\d+) +(\d+) +(\d+) +(\d+)(?: +\d+){4} +(\d+) +(\d+) +(\d+) +(\d+)(?: +\d+){4}/;

/** Parses `/proc/net/dev`. */
export function parseNetwork(text: string): NetworkInterface[] {
  return text.split('\n').flatMap((line) => {
    const [, name, ...fields] = interfaceLine.exec(line) ?? [];
    if (name === undefined || ofContainer.test(name)) return [];
    const counts = fields.map(countOf);
    const traffic = (start: number): Traffic => ({
      bytes: counts[start],
      packets: counts[start + 1],
      errors: counts[start + 2],
      dropped: counts[start + 3],
    });
    return [{ name, receive: traffic(0), transmit: traffic(4) }];
  });
}

/** Kinds of stalls: at least one task waits, or all of them. */
export const stallTypes = ['some', 'full'] as const;

/** Seconds since boot in which tasks waited for a resource, by kind of stall. */
export type Pressure = Readonly<Partial<Record<(typeof stallTypes)[number], Count>>>;

/** Resources with a file in `/proc/pressure`. */
export const pressureResources = ['cpu', 'memory', 'io', 'irq'] as const;

/** Pressure by resource; a resource that the kernel does not know is absent. */
export type PressureByResource = Readonly<Record<string, Pressure | undefined>>;

/** Parses a file of `/proc/pressure`. */
export function parsePressure(text: string): Pressure {
  const secondsOf = (line: RegExp) => scaled(countOf(line.exec(text)?.[1]), 1e-6);
  return { some: secondsOf(/^some .*\btotal=(\d+)$/m), full: secondsOf(/^full .*\btotal=(\d+)$/m) };
}

/** Parses a list of processors such as `0-3,8`, and returns how many they are. */
export function parseCpuCount(text: string): Count {
  let count = 0;
  for (const range of text.trim().split(',')) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    count += Number(last) - Number(first) + 1;
  }
  return count > 0 && Number.isFinite(count) ? count : undefined;
}
