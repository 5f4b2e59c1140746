/** Readers of the control groups of a container. */
import { existsSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { countOf, type KernelFiles } from '../read-text.js';
import type { SourceOptions } from '../source.js';
import type { Container, GroupFolder } from './find.js';
import {
  type FileNames,
  fileNames,
  limitNames,
  parseGroupCpu,
  parseGroupIo,
  parseGroupLimits,
  parseGroupMemory,
  type Texts,
} from './group-files.js';
import type { ContainerGroup, CpuReading, DiskReading } from './metrics.js';

type Reader = Pick<SourceOptions<Texts, unknown>, 'load' | 'parse'>;

/** Returns the readers of all groups of metrics. */
export function containerReaders(
  { id, folders }: Container,
  clock: Clock,
  { read }: Pick<KernelFiles, 'read'>,
): Record<ContainerGroup, Reader> {
  /** Returns a function that reads files; their texts are by name. */
  const textsOf = (paths: readonly string[]) => () =>
    Object.fromEntries(paths.map((path) => [basename(path), read(path)]));
  const attributes: Readonly<Record<string, string>> = id === undefined ? {} : { 'container.id': id };
  const reader = <V>(load: () => Texts, valuesOf: (texts: Texts) => V): Reader => ({
    load,
    parse: (content) => ({ values: valuesOf(content), attributes }),
  });
  const filesOf = (controllers: readonly (keyof FileNames)[]) =>
    textsOf(controllers.flatMap((name) => pathsOf(folders[name], (version) => fileNames[version][name])));
  const cpu = reader(filesOf(['cpu', 'cpuacct']), cpuFollower(clock));
  // The first collection then has the usage.
  cpu.parse(cpu.load() as Texts);
  const nameOf = deviceNames();
  return {
    cpu,
    memory: reader(filesOf(['memory']), parseGroupMemory),
    disk: reader(
      filesOf(['io']),
      (texts): DiskReading => parseGroupIo(texts).map((each) => ({ ...each, device: nameOf(each.device) })),
    ),
    pids: reader(textsOf(pathsOf(folders.pids, () => ['pids.current'])), (texts) => countOf(texts['pids.current'])),
    limits: reader(
      textsOf((['cpu', 'memory', 'pids'] as const).flatMap((name) => pathsOf(folders[name], () => limitNames[name]))),
      parseGroupLimits,
    ),
  };
}

/** Returns the paths of the files that exist. A file that is absent would cost more than one that is read. */
function pathsOf(folder: GroupFolder | undefined, names: (version: 1 | 2) => readonly string[]): string[] {
  if (folder === undefined) return [];
  return names(folder.version)
    .map((name) => `${folder.path}/${name}`)
    .filter((path) => existsSync(path));
}

/** Returns a function that adds the processors that were used since its last call. */
function cpuFollower(clock: Clock): (texts: Texts) => CpuReading {
  let last: { readonly total: number | undefined; readonly atMs: number } | undefined;
  return (texts) => {
    const cpu = parseGroupCpu(texts);
    const now = { total: cpu.total, atMs: clock.monotonicMs() };
    const seconds = (now.atMs - (last?.atMs ?? now.atMs)) / 1_000;
    const used = (now.total ?? Number.NaN) - (last?.total ?? Number.NaN);
    last = now;
    return { ...cpu, cpus: seconds > 0 && used >= 0 ? used / seconds : undefined };
  };
}

/** Returns a function that finds the name of a block device, such as `sda` for `8:0`. */
function deviceNames(): (device: string) => string {
  const names = new Map<string, string>();
  return (device) => {
    const known = names.get(device);
    if (known !== undefined) return known;
    let name = device;
    try {
      name = basename(readlinkSync(`/sys/dev/block/${device}`));
    } catch {
      // Its folder may be masked.
    }
    names.set(device, name);
    return name;
  };
}
