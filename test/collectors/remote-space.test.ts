/** Space of remote file systems: a server that does not answer costs neither a thread nor the end of the process. */
import { existsSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseSpace, remoteSpace } from '../../src/collectors/host/remote-space.js';

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Puts a program `stat` before all others. Without a script there is no other program either. */
async function withStat(script?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'stat-'));
  folders.push(folder);
  if (script !== undefined) {
    await writeFile(join(folder, 'stat'), `#!/bin/sh\n${script.replaceAll('FOLDER', folder)}\n`);
    await chmod(join(folder, 'stat'), 0o755);
  }
  vi.stubEnv('PATH', script === undefined ? folder : `${folder}${delimiter}${process.env['PATH']}`);
  return folder;
}

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test('is the space that a system call returns', async () => {
    const { bsize, blocks, files } = statfsSync('/');
    expect(await remoteSpace('/', 5_000)).toMatchObject({ bsize, blocks, files });
  });

  test('without the program, a thread is asked', async () => {
    await withStat();
    expect(await remoteSpace('/', 5_000)).toMatchObject({ blocks: statfsSync('/').blocks });
  });

  test.each([
    ['a mount that is gone', 'exit 1'],
    ['an output that is none', 'echo never'],
    ['an empty output', ''],
  ])('%s is an error', async (_, script) => {
    await withStat(script);
    await expect(remoteSpace('/', 5_000)).rejects.toThrow();
  });

  test('a program that hangs is killed', async () => {
    const folder = await withStat('echo $$ >FOLDER/pid\nexec sleep 600');
    await expect(remoteSpace('/', 200)).rejects.toThrow();
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});

test.each(['', '1 2 3', '1 2 3 4 5 six', '-1 2 3 4 5 6', '1 2 3 4 5 6 7'])('%j is no space', (text) => {
  expect(() => parseSpace(text)).toThrow(TypeError);
});
