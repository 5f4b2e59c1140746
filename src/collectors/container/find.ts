/** Recognition of a container, its id and its control groups, from files of the process. Pure. */
import { type Mount, parseMountinfo } from '../mountinfo.js';

/** Controllers that are read, with their names in version 1 of control groups. */
const controllers = { cpu: 'cpu', cpuacct: 'cpuacct', memory: 'memory', io: 'blkio', pids: 'pids' } as const;

export type Controller = keyof typeof controllers;

/** Folder of a control group, and the version of its files. */
export interface GroupFolder {
  readonly version: 1 | 2;
  readonly path: string;
}

/** The container of this process. */
export interface Container {
  /** `undefined` if the files of the process do not contain it. */
  readonly id: string | undefined;
  /** Control groups of the container; a controller whose group is that of the host is absent. */
  readonly folders: Readonly<Partial<Record<Controller, GroupFolder>>>;
}

/** Files and environment of this process. */
export interface ProcessFiles {
  /** Content of `/proc/self/cgroup`. */
  readonly cgroup: string;
  /** Content of `/proc/self/mountinfo`. */
  readonly mountinfo: string;
  /** Value of the variable `container`, which systemd-nspawn, LXC and Podman set. */
  readonly variable: string | undefined;
  exists(path: string): boolean;
}

/** Part of a path that ends with an id: of Docker, containerd, CRI-O and Podman, or of a task of Amazon ECS. */
const idPart = /^(?:[\w.:-]*[-:])?([\da-f]{64})(?:\.scope)?$|^([\da-f]{32}-\d+)$/;
/** Folders of Docker and Podman with the files of a container that they mount into it. */
const ownFiles = /\/(?:overlay-)?containers\/([\da-f]{64})\//;
/** Mounts of Kubernetes. There, `/etc/hostname` belongs to the sandbox of the pod, whose id is that of no container. */
const podFiles = /\/kubelet\/pods\/|\/sandboxes\/[\da-f]{64}\//;
/** Groups of LXC and systemd-nspawn, seen from the host. */
const machineGroup = /^\/(?:lxc(?:\.payload)?[./]|machine\.slice\/)/;
/** Files that Docker, Podman and systemd create in containers. */
const markers = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];

/** Returns the container, or `undefined` outside a container. */
export function findContainer({ cgroup, mountinfo, variable, exists }: ProcessFiles): Container | undefined {
  const paths = pathsOf(cgroup);
  const mounts = parseMountinfo(mountinfo);
  const inPod = mounts.some(({ root }) => podFiles.test(root));
  const hostname = mounts.find(({ mountPoint }) => mountPoint === '/etc/hostname');
  const idOfFiles = inPod ? undefined : ownFiles.exec(hostname?.root ?? '')?.[1];
  const id = [...paths.values()].map((path) => groupOf(path)?.id).find((each) => each !== undefined) ?? idOfFiles;
  const isContainer =
    id !== undefined ||
    inPod ||
    (variable ?? '') !== '' ||
    [...paths.values()].some((path) => machineGroup.test(path)) ||
    markers.some(exists);
  if (!isContainer) return undefined;
  const folders = Object.entries(controllers).flatMap(([controller, name]) => {
    const folder = folderOf(name, paths, mounts, exists);
    return folder === undefined ? [] : [[controller, folder]];
  });
  return { id, folders: Object.fromEntries(folders) };
}

/** Parses `/proc/self/cgroup` (cgroups(7)): paths by controller of version 1, and under the empty name that of version 2. */
function pathsOf(text: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) continue;
    for (const name of names.split(',')) paths.set(name, path);
  }
  return paths;
}

/** Returns the id of the innermost container in a path, and the path of its group. */
function groupOf(path: string): { id: string; path: string } | undefined {
  const parts = path.split('/');
  const index = parts.findLastIndex((part) => idPart.test(part));
  const [, id, task] = idPart.exec(parts[index] ?? '') ?? [];
  const found = id ?? task;
  return found === undefined ? undefined : { id: found, path: parts.slice(0, index + 1).join('/') };
}

/** Returns the folder of a controller: that of version 1 if the controller is mounted there, else that of version 2. */
function folderOf(
  name: string,
  paths: ReadonlyMap<string, string>,
  mounts: readonly Mount[],
  exists: (path: string) => boolean,
): GroupFolder | undefined {
  const first = mounts.find(({ type, superOptions }) => type === 'cgroup' && superOptions.includes(name));
  const mount = first ?? mounts.find(({ type }) => type === 'cgroup2');
  const path = paths.get(first === undefined ? '' : name);
  if (mount === undefined || path === undefined) return undefined;
  const version = first === undefined ? 2 : 1;
  const { root, mountPoint } = mount;
  const isHost = version === 1 ? exists(`${mountPoint}/release_agent`) : !exists(`${mountPoint}/cgroup.events`);
  // Any other root of a mount is the group of the container: its processes may be in groups below, its limits are there.
  const group = groupOf(path)?.path ?? (isHost ? path : root);
  const prefix = root === '/' ? root : `${root}/`;
  const below =
    group !== root && group.startsWith(prefix) && !group.includes('/..') ? group.slice(prefix.length - 1) : '';
  const folder = mountPoint + below;
  if (below !== '' && exists(folder)) return { version, path: folder };
  return isHost ? undefined : { version, path: mountPoint };
}
