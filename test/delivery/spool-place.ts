/** Spools in a temporary folder. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, vi } from 'vitest';
import type { Queue } from '../../src/delivery/queue.js';
import { openSpool } from '../../src/delivery/spool/spool.js';
import { FakeClock } from '../support/clock.js';

export const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Returns functions that open spools in one folder, and the warnings and drops of all of them. */
export function spoolPlace(limits: { maxBytes?: number; maxAgeMs?: number } = {}) {
  const directory = join(temporaryFolder(), 'spool');
  const clock = new FakeClock();
  const warnings: string[] = [];
  const dropped: Record<string, number> = {};
  const location = { directory, maxBytes: 1_000_000, maxAgeMs: 1_000_000_000_000, ...limits };
  const options = {
    location,
    name: 'otlp',
    identity: 'https://user:secret@collector.example',
    clock,
    warn: (message: string) => warnings.push(message),
    dropped: (points: number, cause: string) => {
      dropped[cause] = (dropped[cause] ?? 0) + points;
    },
  };
  const tryOpen = async (identity = options.identity) => {
    const spool = await openSpool({ ...options, identity });
    closing.push(() => spool?.close());
    return spool;
  };
  const open = async (identity?: string) => (await tryOpen(identity)) as Queue;
  return { directory, clock, warnings, dropped, tryOpen, open };
}

/** Returns a request of one point, identified by its text. */
export const request = (text: string) => ({ body: Buffer.from(text), points: 1 });

/** Removes the oldest request. */
export async function removeFirst(spool: Queue): Promise<void> {
  const first = await spool.first();
  if (first !== undefined) await spool.remove(first);
}

/** Removes all requests and returns their texts in order. */
export async function drain(spool: Queue): Promise<string[]> {
  const texts: string[] = [];
  for (let first = await spool.first(); first !== undefined; first = await spool.first()) {
    texts.push(Buffer.from(first.body).toString());
    await spool.remove(first);
  }
  return texts;
}

/** Returns the paths of all files, ordered by name. */
export function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
}
