/** Selection of the mounts whose space is shown: each file system once, without those of the kernel and of containers. */
import { type Mount, parseMountinfo } from '../mountinfo.js';

/** Types whose space is that of another file system, or none at all. */
const withoutSpace = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs erofs fusectl hugetlbfs iso9660 mqueue nsfs ' +
    'overlay proc pstore ramfs rpc_pipefs securityfs selinuxfs squashfs sysfs tracefs fuse.lxcfs fuse.gvfsd-fuse fuse.portal'
  ).split(' '),
);
/** Folders of the kernel and of container runtimes, which mount hundreds of folders for containers. */
const excludedFolders =
  /^\/(?:dev|proc|sys|run\/(?:credentials|k3s\/containerd)|var\/lib\/(?:docker|containers\/storage|kubelet\/pods))(?:\/|$)/;

const remoteTypes =
  /^(?:afs|ceph|cifs|coda|fuse(?:\..*)?|gfs2|glusterfs|lustre|ncpfs|nfs\d?|ocfs2|orangefs|smb\w*|9p|virtiofs)$/;

function isRemote({ type, source }: Mount): boolean {
  return type === 'autofs' || remoteTypes.test(type) || source.startsWith('//') || /^[^/].*:\//.test(source);
}

/** Types whose space is in the memory of the kernel. */
const inMemory = new Set('ext2 ext3 ext4 f2fs tmpfs xfs'.split(' '));

/** A mount to show. */
export interface ShownMount extends Mount {
  /** True if it, or a mount on the way to it, is asked over a network or from another program, which may not answer. */
  readonly remote: boolean;
  /** True if it cannot hang. */
  readonly atOnce: boolean;
}

/** Parses `/proc/self/mountinfo` and returns the mounts to show, those that may hang last. */
export function mountsToShow(text: string): ShownMount[] {
  // A later mount hides an earlier one at the same place.
  const visible = new Map(parseMountinfo(text).map((mount) => [mount.mountPoint, mount]));
  const remote = [...visible.values()].filter(isRemote);
  const byDevice = new Map<string, Mount>();
  for (const mount of visible.values()) {
    if (withoutSpace.has(mount.type) || excludedFolders.test(mount.mountPoint)) continue;
    const other = byDevice.get(mount.device);
    if (other === undefined || isBetter(mount, other)) byDevice.set(mount.device, mount);
  }
  const isRemotePath = (path: string) =>
    remote.some(({ mountPoint }) => mountPoint === '/' || `${path}/`.startsWith(`${mountPoint}/`));
  return [...byDevice.values()]
    .map((mount) => {
      const isRemoteMount = isRemotePath(mount.mountPoint);
      return { ...mount, remote: isRemoteMount, atOnce: !isRemoteMount && inMemory.has(mount.type) };
    })
    .sort((a, b) => Number(a.remote) - Number(b.remote));
}

/** Reports whether a mount stands for its file system better than another mount of it: a whole one, with a short path. */
function isBetter(mount: Mount, other: Mount): boolean {
  if ((mount.root === '/') !== (other.root === '/')) return mount.root === '/';
  return mount.mountPoint.length < other.mountPoint.length;
}
