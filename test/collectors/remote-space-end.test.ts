/** A program that ends while a dead file server is asked: the reading neither keeps it alive nor delays its end. */
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Program, startApp } from '../support/program.js';

const remoteSpace = new URL('../../build/modules/collectors/host/remote-space.js', import.meta.url).href;

const started: { readonly folder: string; readonly program: Program }[] = [];
afterEach(async () => {
  for (const { folder, program } of started.splice(0)) {
    await program.stop();
    if (isRunning(folder)) process.kill(pidIn(folder), 'SIGKILL');
    await rm(folder, { recursive: true });
  }
});

function pidIn(folder: string): number {
  return Number(readFileSync(join(folder, 'pid'), 'utf8'));
}

/** Reports whether the `stat` of a folder runs. A zombie is left to the first process of the machine. */
function isRunning(folder: string): boolean {
  try {
    return !readFileSync(`/proc/${pidIn(folder)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Starts a program that runs `then` while a collection waits for a `stat` that never answers. */
async function run(then: string): Promise<{ program: Program; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'stat-'));
  const pid = join(folder, 'pid');
  await writeFile(join(folder, 'stat'), `#!/bin/sh\necho $$ >${pid}.new\nmv ${pid}.new ${pid}\nexec sleep 600\n`);
  await chmod(join(folder, 'stat'), 0o755);
  const source = `
    import { existsSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { startMetrics } from 'otelier';
    import { application } from 'otelier/collectors/application';
    import { remoteSpace } from '${remoteSpace}';
    const metrics = startMetrics({ packs: { app: application() } });
    metrics.app.observePool('space', () => remoteSpace('/', 600_000));
    await metrics.ready;
    void metrics.exposition();
    while (!existsSync('${pid}')) await sleep(10);
    console.log('reading');
    ${then}`;
  const program = startApp(source, { PATH: `${folder}:${process.env['PATH']}`, OTEL_METRICS_EXPORTER: 'console' });
  started.push({ folder, program });
  await program.printed(/reading/);
  return { program, folder };
}

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test.each([
    ['by itself', ''],
    ['with process.exit', 'process.exit(0);'],
    ['after a shutdown', 'await metrics.shutdown();'],
  ])('ends %s', async (_, then) => {
    const { program, folder } = await run(then);
    expect(await program.end).toMatchObject({ code: 0, signal: null });
    await vi.waitFor(() => expect(isRunning(folder)).toBe(false), { timeout: 10_000 });
  });

  test('ends on SIGTERM', async () => {
    const { program } = await run('setInterval(() => {}, 1000);');
    program.child.kill('SIGTERM');
    expect(await program.end).toMatchObject({ code: null, signal: 'SIGTERM' });
  });
});
