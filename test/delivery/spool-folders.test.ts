/** Spool folders: each process owns its folder, and folders of ended processes are taken over. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { startNode } from '../support/program.js';
import { closing, drain, filesIn, removeFirst, request, spoolPlace } from './spool-place.js';

test('expires requests of endpoints that are no longer configured', async () => {
  const { open, clock, dropped, directory } = spoolPlace({ maxAgeMs: 10_000 });
  const gone = await open('https://gone.example');
  await gone.add([{ body: Buffer.from('a'), points: 3 }]);
  clock.advance(6_000);
  await gone.add([request('b')]);
  await gone.close();
  const busy = await open('https://busy.example');
  await busy.add([request('c')]);
  clock.advance(6_000);
  await (await open()).close();
  expect(dropped).toEqual({ 'too old': 3 });
  clock.advance(6_000);
  await (await open()).close();
  expect(dropped).toEqual({ 'too old': 4 });
  // The files of a running process are not touched.
  expect(filesIn(directory)).toHaveLength(1);
  await busy.close();
  const spool = await open();
  expect(dropped).toEqual({ 'too old': 5 });
  expect(readdirSync(directory)).toHaveLength(1);
  expect(await spool.first()).toBeUndefined();
});

describe('folders of other processes', () => {
  /** Leaves one request in a folder with the name of another process. */
  async function leaveAs(place: ReturnType<typeof spoolPlace>, rename: (name: string) => string): Promise<string> {
    const spool = await place.open();
    await spool.add([request('theirs')]);
    const folder = dirname(filesIn(place.directory)[0] as string);
    await spool.close();
    const theirs = join(dirname(folder), rename(basename(folder)));
    renameSync(join(dirname(folder), `left-${basename(folder)}`), theirs);
    return theirs;
  }
  /** `system-pid-started-random-count` */
  const withParts =
    (change: (parts: string[]) => void) =>
    (name: string): string => {
      const parts = name.split('-');
      change(parts);
      return parts.join('-');
    };
  const startOf = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[19] ?? '';

  test.runIf(process.platform === 'linux')('are not taken over while the process runs', async () => {
    const place = spoolPlace();
    const other = startNode(['--eval', 'setInterval(() => {}, 1_000)']);
    closing.push(other.stop);
    const pid = other.child.pid as number;
    const rename = withParts((parts) => {
      parts.splice(1, 2, String(pid), startOf(pid));
    });
    const folder = await leaveAs(place, rename);
    utimesSync(folder, 0, 0);
    expect(await drain(await place.open())).toEqual([]);
    await other.stop();
    expect(await drain(await place.open())).toEqual(['theirs']);
  });

  test.runIf(process.platform === 'linux')('are taken over if the process number was reused', async () => {
    const place = spoolPlace();
    await leaveAs(
      place,
      withParts((parts) => {
        parts.splice(1, 2, '1', '99999999999');
      }),
    );
    expect(await drain(await place.open())).toEqual(['theirs']);
  });

  test('of another machine are taken over ten minutes after the last heartbeat', async () => {
    const place = spoolPlace();
    const folder = await leaveAs(
      place,
      withParts((parts) => {
        parts[0] = '0123456789abcdef';
      }),
    );
    const agoSeconds = (seconds: number) => place.clock.nowUnixMs() / 1_000 - seconds;
    utimesSync(folder, agoSeconds(500), agoSeconds(500));
    expect(await drain(await place.open())).toEqual([]);
    utimesSync(folder, agoSeconds(700), agoSeconds(700));
    expect(await drain(await place.open())).toEqual(['theirs']);
  });

  test('are found by running processes, which update their heartbeat', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const place = spoolPlace();
    const waiting = await place.open();
    await waiting.add([request('ours')]);
    expect(await waiting.first()).toEqual(request('ours'));
    const folder = dirname(filesIn(place.directory)[0] as string);
    place.clock.advance(-1_000);
    const earlier = await place.open();
    await earlier.add([request('theirs')]);
    await earlier.close();
    utimesSync(folder, 0, 0);
    vi.advanceTimersByTime(60_000);
    // The request that may be under way stays the first.
    await removeFirst(waiting);
    expect(await drain(waiting)).toEqual(['theirs']);
    expect(statSync(folder).mtimeMs).toBeGreaterThan(0);
  });

  test('go to one process each if several start at once', async () => {
    const { open, directory } = spoolPlace();
    const before = await Promise.all(Array.from({ length: 6 }, () => open()));
    for (const [index, spool] of before.entries()) {
      await spool.add([request(`${index} a`)]);
      await spool.add([request(`${index} b`)]);
    }
    await Promise.all(before.map((spool) => spool.close()));
    const after = await Promise.all(Array.from({ length: 6 }, () => open()));
    const texts = (await Promise.all(after.map(drain))).flat();
    expect(texts.filter((text) => text.endsWith('a')).sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `${index} a`));
    expect(texts).toHaveLength(12);
    expect(filesIn(directory)).toEqual([]);
  });

  test('do not include folders with other names', async () => {
    const { open, directory } = spoolPlace();
    await (await open()).close();
    const endpoint = join(directory, readdirSync(directory)[0] as string);
    mkdirSync(join(endpoint, 'notes'));
    writeFileSync(join(endpoint, 'notes', 'a.request'), 'a');
    expect(await drain(await open())).toEqual([]);
    expect(readFileSync(join(endpoint, 'notes', 'a.request'), 'utf8')).toBe('a');
  });
});
