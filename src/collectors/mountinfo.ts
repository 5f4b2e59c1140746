/** Parser of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */

/** One mount. */
export interface Mount {
  /** Major and minor number of the device, such as `8:1`. */
  readonly device: string;
  /** Folder of the file system that is mounted; `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  readonly mountPoint: string;
  readonly mode: 'ro' | 'rw';
  readonly type: string;
  readonly source: string;
  /** Options of the file system; those of a control group of version 1 name its controllers. */
  readonly superOptions: readonly string[];
}

/** Parses the mounts in their order. Malformed lines are left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ', 2);
    const [, , device, root, mountPoint, options] = left?.split(' ') ?? [];
    const [type, source, superOptions = ''] = right?.split(' ') ?? [];
    if (!device || !root || !mountPoint || !options || !type || !source) return [];
    return [
      {
        device,
        root: unescaped(root),
        mountPoint: unescaped(mountPoint),
        mode: options.split(',').includes('ro') ? 'ro' : 'rw',
        type,
        source: unescaped(source),
        superOptions: superOptions.split(','),
      },
    ];
  });
}

/** Decodes the characters that the kernel writes as octal numbers, such as a space. */
function unescaped(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
