/** Space of file systems. The only reading of the host that can hang: on a network file system whose server is gone. */
import { statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Mount } from '../mountinfo.js';
import type { ShownMount } from './mounts.js';
import { remoteSpace, type SpaceCounts } from './remote-space.js';

/** A file system and its space, in bytes. */
export interface FileSystem {
  readonly mount: Mount;
  readonly bytes: SpaceByState;
  /** Absent on file systems that do not count inodes, such as btrfs. */
  readonly inodes: Partial<Pick<SpaceByState, 'used' | 'free'>>;
}

/** `reserved` is free for the administrator only. */
export interface SpaceByState {
  readonly used: number;
  readonly free: number;
  readonly reserved: number;
}

/** Milliseconds after which a mount counts as hanging. */
const patienceMs = 500;

/** Asks for the space of a mount: at once, or later, that of a remote one in another program. */
export interface Ask {
  atOnce(mountPoint: string): SpaceCounts;
  later(mountPoint: string, remote: boolean): Promise<SpaceCounts>;
}

const systemCalls: Ask = {
  atOnce: statfsSync,
  later: (mountPoint, remote) => (remote ? remoteSpace(mountPoint, patienceMs) : statfs(mountPoint)),
};

/**
 * Returns a function that reads the space of mounts, one after the other.
 *
 * Mounts that cannot hang are read at once, which takes microseconds. Local ones of other types are asked in a
 * thread of Node's pool, remote ones in another program. While a mount hangs, it is not asked again and no remote mount is
 * asked, and the others are still shown.
 */
export function fileSystemReader(
  ask: Ask = systemCalls,
): (mounts: readonly ShownMount[]) => FileSystem[] | Promise<FileSystem[]> {
  const hanging = new Set<string>();
  async function askLater(mounts: readonly ShownMount[]): Promise<FileSystem[]> {
    const found: FileSystem[] = [];
    for (const mount of mounts) {
      const { mountPoint, remote } = mount;
      if (hanging.has(mountPoint) || (hanging.size > 0 && remote)) continue;
      hanging.add(mountPoint);
      const answer = ask
        .later(mountPoint, remote)
        // Unreadable, or unmounted in the meantime.
        .catch(() => undefined)
        .finally(() => hanging.delete(mountPoint));
      found.push(...spaceOf(mount, await within(patienceMs, answer)));
    }
    return found;
  }
  return (mounts) => {
    const found = mounts.filter(({ atOnce }) => atOnce).flatMap((mount) => spaceOf(mount, countsOf(mount.mountPoint)));
    const others = mounts.filter(({ atOnce }) => !atOnce);
    return others.length === 0 ? found : askLater(others).then((more) => [...found, ...more]);
  };
  function countsOf(mountPoint: string): SpaceCounts | undefined {
    try {
      return ask.atOnce(mountPoint);
    } catch {
      return undefined;
    }
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
    timer.unref();
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the space of a mount; nothing for a mount that cannot be read or has no space. */
function spaceOf(mount: Mount, counts: SpaceCounts | undefined): FileSystem[] {
  if (counts === undefined || counts.blocks <= 0) return [];
  const { bsize, blocks, bfree, bavail, files, ffree } = counts;
  return [
    {
      mount,
      bytes: { used: (blocks - bfree) * bsize, free: bavail * bsize, reserved: Math.max(0, bfree - bavail) * bsize },
      inodes: files === 0 ? {} : { used: files - ffree, free: ffree },
    },
  ];
}
