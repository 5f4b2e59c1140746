/** The request queue on disk: complete files, order, limits, and a disk that fails. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drain, filesIn, removeFirst, request, spoolPlace } from './spool-place.js';

describe('stored requests', () => {
  test('are returned in order with their points, and removed', async () => {
    const { open, clock, directory } = spoolPlace();
    const spool = await open();
    expect(await spool.first()).toBeUndefined();
    expect(await spool.add([request('a'), { body: Buffer.from('b'), points: 70_000 }])).toBe(true);
    clock.advance(-500);
    expect(await spool.add([request('c')])).toBe(true);
    expect(await spool.first()).toEqual(request('a'));
    expect(await spool.first()).toEqual(request('a'));
    await removeFirst(spool);
    expect(await spool.first()).toEqual({ body: Buffer.from('b'), points: 70_000 });
    expect(await drain(spool)).toEqual(['b', 'c']);
    expect(filesIn(directory)).toEqual([]);
  });

  test('are available to the next spool after a close, and leave no files when delivered', async () => {
    const { open, directory } = spoolPlace();
    const before = await open();
    for (const text of ['a', 'b', 'c']) await before.add([request(text)]);
    await before.first();
    await removeFirst(before);
    expect(await before.close()).toBe(0);
    expect(await before.add([request('late')])).toBe(false);
    const after = await open();
    await after.add([request('d')]);
    expect(await drain(after)).toEqual(['b', 'c', 'd']);
    await after.close();
    expect(readdirSync(join(directory, readdirSync(directory)[0] as string))).toEqual([]);
  });

  test('are compressed and readable by their user only', async () => {
    const { open, directory } = spoolPlace();
    const spool = await open();
    await spool.add([request('x'.repeat(100_000))]);
    const [file] = filesIn(directory) as [string];
    expect(statSync(file).size).toBeLessThan(1_000);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const folder of [dirname(file), dirname(dirname(file)), directory])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(file.slice(directory.length)).toMatch(/^\/otlp-[0-9a-f]{16}\/[\da-f-]+\/[\d-]+\.request$/);
  });

  test('belong to one endpoint', async () => {
    const { open } = spoolPlace();
    const one = await open();
    await one.add([request('a')]);
    await one.close();
    expect(await drain(await open('https://elsewhere.example'))).toEqual([]);
    expect(await drain(await open())).toEqual(['a']);
  });
});

describe('damaged files', () => {
  const damages: Record<string, (file: string) => void> = {
    'a changed byte': (file) => {
      const content = readFileSync(file);
      // The time in the gzip header, which gunzip does not check.
      content[16] = (content[16] as number) ^ 1;
      writeFileSync(file, content);
    },
    'a truncated file': (file) => truncateSync(file, statSync(file).size - 3),
    'an empty file': (file) => truncateSync(file, 0),
    'another format': (file) => {
      const content = readFileSync(file);
      content[7] = 9;
      writeFileSync(file, content);
    },
    'another name': (file) => renameSync(file, file.replace(/-1-(\d+\.request)$/, '-5-$1')),
  };
  test.each(Object.entries(damages))('are logged once, counted and never sent: %s', async (_, damage) => {
    const { open, directory, warnings, dropped } = spoolPlace();
    const before = await open();
    for (const text of ['a', 'b', 'c', 'd']) await before.add([request(text)]);
    await before.close();
    const files = filesIn(directory);
    damage(files[1] as string);
    damage(files[2] as string);
    expect(await drain(await open())).toEqual(['a', 'd']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/damaged/);
    expect(dropped['not kept']).toBeGreaterThanOrEqual(2);
    expect(filesIn(directory)).toEqual([]);
  });

  test('removes incomplete files of an earlier process', async () => {
    const { open, directory } = spoolPlace();
    const before = await open();
    await before.add([request('a'), request('b')]);
    await before.close();
    const [first] = filesIn(directory) as [string];
    renameSync(first, `${first}.part`);
    expect(await drain(await open())).toEqual(['b']);
    expect(filesIn(directory)).toEqual([]);
  });
});

describe('limits', () => {
  const incompressible = (points: number) => ({ body: randomBytes(1_000), points });

  test('drops the oldest requests to make room and counts them', async () => {
    const { open, directory, dropped } = spoolPlace({ maxBytes: 5_500 });
    const spool = await open();
    for (let points = 1; points <= 10; points++) expect(await spool.add([incompressible(points)])).toBe(true);
    const size = () => filesIn(directory).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(size()).toBeLessThanOrEqual(5_500);
    expect(dropped).toEqual({ 'no room': 1 + 2 + 3 + 4 + 5 });
    expect(await spool.first()).toMatchObject({ points: 6 });
    // The first request may be under way and is not dropped.
    expect(await spool.add([incompressible(11), incompressible(12)])).toBe(true);
    expect(dropped).toEqual({ 'no room': 15 + 7 + 8 });
    expect(size()).toBeLessThanOrEqual(5_500);
  });

  test('do not drop a request that was under way when it was stored', async () => {
    const { open, dropped } = spoolPlace({ maxBytes: 3_500 });
    const spool = await open();
    const underWay = incompressible(1);
    expect(await spool.add([underWay, incompressible(2), incompressible(3)], underWay)).toBe(true);
    expect(await spool.add([incompressible(4)])).toBe(true);
    expect(dropped).toEqual({ 'no room': 2 });
    expect(await spool.remove(underWay)).toBe(true);
    expect(await spool.first()).toMatchObject({ points: 3 });
    expect(spool.waiting()).toMatchObject({ requests: 2, points: 7 });
  });

  test('apply to requests of earlier processes', async () => {
    const { open, dropped, directory } = spoolPlace({ maxBytes: 3_500 });
    const before = [await open(), await open()];
    for (const points of [1, 2, 3]) for (const spool of before) await spool.add([incompressible(points)]);
    for (const spool of before) await spool.close();
    expect(filesIn(directory)).toHaveLength(6);
    const after = await open();
    expect(filesIn(directory)).toHaveLength(3);
    expect(Object.keys(dropped)).toEqual(['no room']);
    expect(await drain(after)).toHaveLength(3);
  });

  test('does not store a collection above the limit and drops nothing for it', async () => {
    const { open, dropped, warnings, directory } = spoolPlace({ maxBytes: 3_500 });
    const spool = await open();
    await spool.add([request('a')]);
    expect(await spool.add([1, 2, 3, 4].map(incompressible))).toBe(false);
    expect(await spool.add([1, 2, 3, 4].map(incompressible))).toBe(false);
    expect(dropped).toEqual({});
    expect(warnings).toEqual([expect.stringMatching(/exceed spoolMaxBytes \(3500\)/)]);
    expect(filesIn(directory)).toHaveLength(1);
    expect(await drain(spool)).toEqual(['a']);
  });

  test.each([
    [10_000, ['a']],
    [10_001, []],
  ])('of 10 s: after %i ms, %j is sent', async (ageMs, sent) => {
    const { open, clock, dropped } = spoolPlace({ maxAgeMs: 10_000 });
    const spool = await open();
    await spool.add([request('a')]);
    clock.advance(ageMs);
    expect(await drain(spool)).toEqual(sent);
    expect(dropped).toEqual(sent.length === 1 ? {} : { 'too old': 1 });
  });

  test('drops expired requests and counts them', async () => {
    const { open, clock, dropped, directory } = spoolPlace({ maxAgeMs: 10_000 });
    const spool = await open();
    await spool.add([{ body: Buffer.from('a'), points: 3 }]);
    await spool.first();
    clock.advance(6_000);
    await spool.add([request('b')]);
    clock.advance(6_000);
    expect(await drain(spool)).toEqual(['b']);
    expect(dropped).toEqual({ 'too old': 3 });
    expect(filesIn(directory)).toEqual([]);
  });
});

describe('a folder that cannot be used', () => {
  test('at the start: logs option and path, and opens no spool', async () => {
    const { tryOpen, directory, warnings } = spoolPlace();
    writeFileSync(directory, '');
    expect(await tryOpen()).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining(`spool folder ${directory} (spoolDirectory, OTELIER_SPOOL_DIR)`),
    ]);
  });

  test('later: stores nothing, logs once, and stores again when possible', async () => {
    const { open, directory, warnings } = spoolPlace();
    const spool = await open();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    expect(await spool.add([request('a')])).toBe(false);
    expect(await spool.add([request('a')])).toBe(false);
    expect(await spool.first()).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/cannot store undelivered requests: .*kept in memory/)]);
    rmSync(directory);
    expect(await spool.add([request('b')])).toBe(true);
    expect(await drain(spool)).toEqual(['b']);
  });

  test('recreates a removed folder', async () => {
    const { open, directory, warnings, dropped } = spoolPlace();
    const spool = await open();
    await spool.add([request('a')]);
    rmSync(directory, { recursive: true });
    expect(await spool.add([request('b')])).toBe(true);
    expect(await drain(spool)).toEqual(['b']);
    expect(dropped).toEqual({ 'not kept': 1 });
    expect(warnings).toEqual([
      expect.stringMatching(/cannot read a stored request: ENOENT.*its points count as dropped/),
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('stores nothing in a read-only folder (not as root)', async () => {
    const { open, directory } = spoolPlace();
    const spool = await open();
    await spool.add([request('a')]);
    const folder = dirname(filesIn(directory)[0] as string);
    chmodSync(folder, 0o500);
    expect(await spool.add([request('b')])).toBe(false);
    chmodSync(folder, 0o700);
    expect(await drain(spool)).toEqual(['a']);
  });
});
