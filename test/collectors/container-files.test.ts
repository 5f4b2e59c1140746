/** Collector `container`: recognition of a container, and the files of control groups in both versions. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findContainer, type ProcessFiles } from '../../src/collectors/container/find.js';
import {
  parseGroupCpu,
  parseGroupIo,
  parseGroupLimits,
  parseGroupMemory,
} from '../../src/collectors/container/group-files.js';
import { containerReaders } from '../../src/collectors/container/readers.js';
import { readText } from '../../src/collectors/read-text.js';
import { FakeClock } from '../support/clock.js';

const folderOf = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const id = `aa${'0123456789abcdef'.repeat(3)}0123456789abcd`;
const inner = `bb${'0123456789abcdef'.repeat(3)}0123456789abcd`;
const task = '0123456789abcdef0123456789abcdef-3772701891';

/** Files that only the groups of the whole host have, in version 1. */
const hostOfVersion1 = ['cpu,cpuacct', 'memory', 'blkio', 'pids'].map((name) => `/sys/fs/cgroup/${name}/release_agent`);
/** File that the group of the whole host lacks, in version 2. */
const namespace = '/sys/fs/cgroup/cgroup.events';
const marker = '/.dockerenv';

interface Row {
  readonly fixture: string;
  readonly existing?: readonly string[];
  readonly variable?: string;
  /** Absent outside a container. */
  readonly found?: { readonly id: string | undefined; readonly memory: string | undefined; readonly cpu?: string };
}

const version1 = { memory: '1 /sys/fs/cgroup/memory', cpu: '1 /sys/fs/cgroup/cpu,cpuacct' };
const version2 = { memory: '2 /sys/fs/cgroup', cpu: '2 /sys/fs/cgroup' };
const below = (path: string) => ({ memory: `2 /sys/fs/cgroup${path}`, cpu: `2 /sys/fs/cgroup${path}` });

const rows: readonly Row[] = [
  { fixture: 'docker-v1', found: { id, ...version1 } },
  { fixture: 'docker-v1-nested', found: { id, ...version1 } },
  { fixture: 'docker-v2', existing: [namespace], found: { id, ...version2 } },
  { fixture: 'docker-v2-init', existing: [namespace], found: { id, ...version2 } },
  {
    fixture: 'docker-v2-host-namespace',
    existing: [`/sys/fs/cgroup/system.slice/docker-${id}.scope`],
    found: { id, ...below(`/system.slice/docker-${id}.scope`) },
  },
  { fixture: 'docker-in-docker', found: { id: inner, ...version1 } },
  { fixture: 'kubernetes-v1', found: { id, ...version1 } },
  { fixture: 'kubernetes-v1-systemd', found: { id, ...version1 } },
  { fixture: 'kubernetes-v2', existing: [namespace], found: { id: undefined, ...version2 } },
  {
    fixture: 'kubernetes-v2-host-namespace',
    existing: [`/sys/fs/cgroup/kubepods.slice/kubepods-pod7d3f1c2a.slice/cri-containerd-${id}.scope`],
    found: { id, ...below(`/kubepods.slice/kubepods-pod7d3f1c2a.slice/cri-containerd-${id}.scope`) },
  },
  {
    fixture: 'cri-o-v2',
    existing: [`/sys/fs/cgroup/kubepods.slice/kubepods-pod7d3f1c2a.slice/crio-${id}.scope`],
    found: { id, ...below(`/kubepods.slice/kubepods-pod7d3f1c2a.slice/crio-${id}.scope`) },
  },
  { fixture: 'podman-v1', found: { id, ...version1 } },
  { fixture: 'podman-v2', existing: [namespace], found: { id, ...version2 } },
  {
    fixture: 'podman-v2-nested',
    existing: [`/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`],
    found: { id, ...below(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`) },
  },
  { fixture: 'ecs-v1', found: { id: task, ...version1 } },
  {
    fixture: 'lxc-v1',
    existing: [...hostOfVersion1, '/sys/fs/cgroup/memory/lxc/web1', '/sys/fs/cgroup/cpu,cpuacct/lxc/web1'],
    found: { id: undefined, memory: '1 /sys/fs/cgroup/memory/lxc/web1', cpu: '1 /sys/fs/cgroup/cpu,cpuacct/lxc/web1' },
  },
  { fixture: 'lxc-v2-namespace', variable: 'lxc', existing: [namespace], found: { id: undefined, ...version2 } },
  {
    fixture: 'lxc-v2-namespace',
    existing: [namespace, '/run/systemd/container'],
    found: { id: undefined, ...version2 },
  },
  {
    fixture: 'nspawn-v2',
    existing: ['/sys/fs/cgroup/machine.slice/machine-web.scope/payload'],
    found: { id: undefined, ...below('/machine.slice/machine-web.scope/payload') },
  },
  {
    fixture: 'hybrid',
    existing: ['/sys/fs/cgroup/unified/cgroup.events'],
    found: { id, memory: '1 /sys/fs/cgroup/memory', cpu: '2 /sys/fs/cgroup/unified' },
  },
  { fixture: 'host-v1', existing: hostOfVersion1 },
  { fixture: 'host-v2-service', existing: ['/sys/fs/cgroup/system.slice/shop.service'] },
  { fixture: 'host-v2-root' },
  { fixture: 'host-hybrid', existing: hostOfVersion1 },
  { fixture: 'masked' },
  // The values of a group that is that of the whole host are not those of a container.
  { fixture: 'host-v2-root', existing: [marker], found: { id: undefined, memory: undefined } },
  { fixture: 'host-v2-root', existing: ['/run/.containerenv'], found: { id: undefined, memory: undefined } },
  { fixture: 'host-v1', existing: [...hostOfVersion1, marker], found: { id: undefined, memory: undefined } },
  { fixture: 'masked', existing: [marker], found: { id: undefined, memory: undefined } },
];

/** Returns the files of a process in a container. */
function filesOf({ fixture, existing = [], variable }: Row): ProcessFiles {
  const text = (name: string) => readText(folderOf(`containers/${fixture}/${name}`)) ?? '';
  return {
    cgroup: text('cgroup'),
    mountinfo: text('mountinfo'),
    variable,
    exists: (path) => existing.includes(path),
  };
}

test.each(rows.map((row) => [`${row.fixture} ${row.variable ?? ''} ${row.existing?.at(-1) ?? ''}`, row] as const))(
  'recognizes %s',
  (_, row) => {
    const container = findContainer(filesOf(row));
    const shown = (controller: 'memory' | 'cpu') => {
      const folder = container?.folders[controller];
      return folder && `${folder.version} ${folder.path}`;
    };
    const found = container && { id: container.id, memory: shown('memory'), cpu: shown('cpu') };
    expect(found).toEqual(row.found && { cpu: undefined, ...row.found });
  },
);

/** Reads all groups of metrics from a folder with the files of all controllers. */
function read(fixture: string, version: 1 | 2) {
  const folder = { version, path: folderOf(`groups/${fixture}`) };
  const folders = { cpu: folder, cpuacct: folder, memory: folder, io: folder, pids: folder };
  const readers = containerReaders({ id, folders }, new FakeClock(), { read: readText });
  const values = (group: keyof typeof readers) => {
    const reader = readers[group];
    const reading = reader.parse(reader.load() as never) as { values: unknown; attributes: unknown };
    expect(reading.attributes).toEqual({ 'container.id': id });
    return reading.values;
  };
  return {
    cpu: values('cpu'),
    memory: values('memory'),
    disk: values('disk'),
    pids: values('pids'),
    limits: values('limits'),
  };
}

const withLimits = {
  memory: {
    usage: 200_000_000,
    workingSet: 150_000_000,
    rss: 120_000_000,
    available: 150_000_000,
    faults: 9_000,
    majorFaults: 9,
    oomKills: 2,
  },
  pids: 17,
};
const throttling = { periods: 400, throttledPeriods: 30, throttledSeconds: 1.5, cpus: undefined };
const transfers = (device: string, read: [number, number], write: [number, number]) => [
  { device, direction: 'read', bytes: read[0], operations: read[1] },
  { device, direction: 'write', bytes: write[0], operations: write[1] },
];

describe('files of control groups', () => {
  test.each([
    [
      'v2-6.12',
      2,
      {
        ...withLimits,
        cpu: { total: 12, user: 9, system: 3, ...throttling },
        disk: [...transfers('4000:0', [4_096_000, 100], [8_192_000, 200]), ...transfers('4000:16', [1_024, 1], [0, 0])],
        limits: { cpus: 1.5, memoryBytes: 300_000_000, pids: 512 },
      },
    ],
    [
      'v1-4.18',
      1,
      {
        ...withLimits,
        cpu: { total: 12.345678901, user: 9, system: 3, ...throttling },
        disk: transfers('4000:0', [4_096_000, 100], [8_192_000, 200]),
        limits: { cpus: 0.5, memoryBytes: 300_000_000, pids: 512 },
      },
    ],
    [
      'v2-unlimited',
      2,
      {
        cpu: { total: 5, user: 4, system: 1 },
        memory: { usage: 1_000_000, workingSet: 0, rss: 400_000, available: undefined, oomKills: 0 },
        disk: [
          ...transfers('4000:0', [undefined, undefined] as never, [undefined, undefined] as never),
          ...transfers('4000:32', [0, 0], [0, 0]),
        ],
        pids: 3,
        limits: { cpus: undefined, memoryBytes: undefined, pids: undefined },
      },
    ],
    [
      'v1-3.10',
      1,
      {
        cpu: { total: 1, user: 0.7, system: 0.3, periods: 0, throttledPeriods: 0, throttledSeconds: 0 },
        memory: { usage: 1_000, workingSet: 700, rss: 600, available: undefined, faults: 5, majorFaults: 1 },
        disk: transfers('4000:0', [512, 1], [0, 0]),
        pids: undefined,
        limits: { cpus: undefined, memoryBytes: undefined, pids: undefined },
      },
    ],
    ['v1-64k-pages', 1, { memory: { usage: 1_000, workingSet: 1_000 }, limits: {} }],
  ] as const)('%s', (fixture, version, expected) => {
    expect(read(fixture, version)).toEqual({
      cpu: {},
      disk: [],
      pids: undefined,
      ...expected,
    });
  });

  test('a group that was removed has no values', () => {
    expect(read('nonexistent', 2)).toEqual({ cpu: {}, memory: {}, disk: [], pids: undefined, limits: {} });
  });
});

test('processors in use are those between two readings', () => {
  const clock = new FakeClock();
  const stats = ['usage_usec 1000000', 'usage_usec 4000000', 'usage_usec 4000000', 'usage_usec 10'];
  const { cpu } = containerReaders({ id: undefined, folders: {} }, clock, { read: readText });
  const used = stats.map((stat) => {
    clock.advance(2_000);
    return (cpu.parse({ 'cpu.stat': stat }) as { values: { cpus: number } }).values.cpus;
  });
  expect(used).toEqual([undefined, 1.5, 0, undefined]);
});

test('no text throws, and numbers are never negative or NaN', () => {
  const fixtures = ['containers/docker-v1', 'containers/hybrid', 'containers/kubernetes-v2', 'containers/cri-o-v2'];
  const names = ['cpu.stat', 'memory.stat', 'memory.max', 'memory.events', 'io.stat', 'cpu.max', 'pids.max'];
  const older = ['cpuacct.stat', 'memory.oom_control', 'blkio.throttle.io_service_bytes', 'cpu.cfs_quota_us'];
  const lines = [
    ...fixtures.flatMap((fixture) => ['cgroup', 'mountinfo'].map((name) => `${fixture}/${name}`)),
    ...names.map((name) => `groups/v2-6.12/${name}`),
    ...older.map((name) => `groups/v1-4.18/${name}`),
  ].flatMap((name) => (readText(folderOf(name)) ?? '').split('\n'));
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(100)).map(([line, length]) => line.slice(0, length));
  const huge = fc.constantFrom(...lines).map((line) => line.replace(/\d+/g, (digits) => digits.repeat(80)));
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(...lines), cut, huge)).map((each) => each.join('\n'));
  const files = fc.dictionary(fc.constantFrom(...names, ...older, 'memory.current', 'cpuacct.usage'), text);
  fc.assert(
    fc.property(files, text, text, fc.boolean(), (texts, cgroup, mountinfo, exists) => {
      findContainer({ cgroup, mountinfo, variable: undefined, exists: () => exists });
      const check = (value: unknown): void => {
        if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
        else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) check(each);
      };
      check([parseGroupCpu(texts), parseGroupMemory(texts), parseGroupIo(texts), parseGroupLimits(texts)]);
    }),
    { numRuns: 500 },
  );
});
