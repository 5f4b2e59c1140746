/**
 * Space of a remote file system, asked by another program.
 *
 * A thread of this process that waits for a dead server can neither be stopped nor left behind: Node waits for it when the
 * process ends, also in `process.exit`.
 */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Counts of `statfs(2)`. */
export interface SpaceCounts {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** Fields of {@link SpaceCounts} in the format of `stat -f`. */
const format = '%S %b %f %a %c %d';

/**
 * Returns the space that `stat -f` prints. Without that program, as in an image without a shell, a thread is asked.
 *
 * The program is killed after some milliseconds, and when this process exits; it does not keep this process alive.
 */
export function remoteSpace(mountPoint: string, timeoutMs: number): Promise<SpaceCounts> {
  return new Promise((resolve, reject) => {
    const kill = () => void child.kill('SIGKILL');
    const child = execFile('stat', ['-f', '-c', format, '--', mountPoint], (error, stdout) => {
      clearTimeout(timer);
      process.off('exit', kill);
      if (error?.code === 'ENOENT') resolve(statfs(mountPoint));
      else if (error !== null) reject(error);
      else resolve(Promise.resolve(stdout).then(parseSpace));
    });
    // The timer of execFile would keep this process alive.
    const timer = setTimeout(kill, timeoutMs).unref();
    process.once('exit', kill);
    child.unref();
    for (const stream of child.stdio) (stream as Socket | null)?.unref?.();
  });
}

const line = /^(?<bsize>\d+) (?<blocks>\d+) (?<bfree>\d+) (?<bavail>\d+) (?<files>\d+) (?<ffree>\d+)\s*$/;

/** @throws {TypeError} if the text is not the line of a file system. */
export function parseSpace(text: string): SpaceCounts {
  const fields = line.exec(text)?.groups;
  if (fields === undefined) throw new TypeError('stat printed no space');
  return Object.fromEntries(Object.entries(fields).map(([key, digits]) => [key, Number(digits)])) as never;
}
