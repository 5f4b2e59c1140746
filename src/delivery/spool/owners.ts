/** Ownership of spool folders: identifies a process beyond its number, which the system reuses. */
import { randomBytes } from 'node:crypto';
import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Clock } from '../../model/clock.js';
import { hashOf } from './hash.js';

/** The process that owns a folder. */
export interface Owner {
  /** Scope of process numbers: a hash of boot and process namespace. */
  readonly system: string;
  readonly pid: number;
  /** Start time in clock ticks since boot; 0 where it is unknown. */
  readonly started: string;
}

/** Maximum age of the heartbeat of a process that cannot be looked up. */
const maxSilenceMs = 600_000;

/** Returns this process. */
export async function thisProcess(): Promise<Owner> {
  return { system: await system(), pid: process.pid, started: (await startOf(process.pid)) ?? '0' };
}

/** Returns a generator of folder names, unique across calls and processes. */
export function folderNames({ system, pid, started }: Owner): () => string {
  const random = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${system}-${pid}-${started}-${random}-${count++}`;
}

/** Returns the name of a folder that its process has released. */
export function releasedName(name: string): string {
  return `left-${name}`;
}

/** True if the folder was released by its process or its process ended. False for folders with other names. */
export async function isAbandoned(folder: string, self: Owner, clock: Clock): Promise<boolean> {
  const [, released, system, pid, started] =
    /^(left-)?([0-9a-f]+)-(\d+)-(\d+)-[0-9a-f]{8}-\d+$/.exec(basename(folder)) ?? [];
  if (system === undefined || started === undefined) return false;
  if (released !== undefined) return true;
  try {
    const { mtimeMs } = await stat(folder);
    return !(await mayRun({ system, pid: Number(pid), started }, self, clock.nowUnixMs() - mtimeMs));
  } catch {
    return false;
  }
}

/**
 * Reports whether a process may still run.
 *
 * Processes of the same system are looked up. Other processes, and processes on systems without start times, count as
 * running until their last heartbeat is ten minutes old.
 */
async function mayRun(owner: Owner, self: Owner, silentMs: number): Promise<boolean> {
  if (owner.system !== self.system) return silentMs < maxSilenceMs;
  if (!exists(owner.pid)) return false;
  const started = await startOf(owner.pid);
  if (started !== undefined) return started === owner.started;
  return silentMs < maxSilenceMs;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns the start time in clock ticks since boot (proc_pid_stat(5)), or `ended` for a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // Process names may contain spaces and parentheses.
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
