/**
 * Whose a folder is: a process, by its number and by what tells it apart from others that had or will have that number.
 */
import { randomBytes } from 'node:crypto';
import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { hashOf } from './hash.js';

/** The process that a folder belongs to. */
export interface Owner {
  /** Where numbers of processes mean the same: one boot of one machine, and one namespace of it. */
  readonly system: string;
  readonly pid: number;
  /** When it was started, as the system counts; 0 where that cannot be known. */
  readonly started: string;
}

/** How long an owner that cannot be asked after may have been silent. */
const mostSilentMs = 600_000;

/** This process. */
export async function thisProcess(): Promise<Owner> {
  return { system: await system(), pid: process.pid, started: (await startOf(process.pid)) ?? '0' };
}

/** Names for the folders of a process; those of one call are told apart from those of all others. */
export function folderNames({ system, pid, started }: Owner): () => string {
  const drawn = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${system}-${pid}-${started}-${drawn}-${count++}`;
}

/** The name of a folder that its process leaves to whoever comes. */
export function leftName(name: string): string {
  return `left-${name}`;
}

/** Whether a folder may be taken from its process, which has left it or is gone. Of others than ours nothing may. */
export async function isLeft(folder: string, self: Owner, clock: Clock): Promise<boolean> {
  const [, left, system, pid, started] =
    /^(left-)?([0-9a-f]+)-(\d+)-(\d+)-[0-9a-f]{8}-\d+$/.exec(basename(folder)) ?? [];
  if (system === undefined || started === undefined) return false;
  if (left !== undefined) return true;
  try {
    const { mtimeMs } = await stat(folder);
    return !(await mayLive({ system, pid: Number(pid), started }, self, clock.nowUnixMs() - mtimeMs));
  } catch {
    return false;
  }
}

/**
 * Whether a process may still be there.
 *
 * Within the same system the system knows. Elsewhere, and where it does not say when processes were started, those are
 * taken to be there that gave a sign of life in the last ten minutes.
 */
async function mayLive(owner: Owner, self: Owner, silentMs: number): Promise<boolean> {
  if (owner.system !== self.system) return silentMs < mostSilentMs;
  if (!exists(owner.pid)) return false;
  const started = await startOf(owner.pid);
  if (started !== undefined) return started === owner.started;
  return silentMs < mostSilentMs;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from the boot to the start (proc_pid_stat(5)); `ended` when only its exit status is left of it. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // A name may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /^[ZX]/.test(fields[0] ?? '') ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}

async function system(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1');
    return hashOf(boot + (await readlink('/proc/self/ns/pid')));
  } catch {
    return hashOf(hostname());
  }
}
