/** Programs that print tables on a pseudo-terminal, to a file and to a pipe that is closed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../..', import.meta.url);
const control = String.fromCharCode(27);

/** Runs a program in a shell. `$APP` is the command line, `$FOLDER` a folder that is removed. */
function runInShell(source: string, command: string, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(root.pathname, 'build', 'console-'));
  try {
    writeFileSync(join(folder, 'app.mjs'), source);
    const { PATH = '', HOME = '' } = process.env;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: root,
      env: {
        PATH,
        HOME,
        FOLDER: folder,
        APP: `node ${join(folder, 'app.mjs')}`,
        OTEL_METRICS_EXPORTER: 'console',
        ...environment,
      },
      encoding: 'utf8',
      timeout: 30_000,
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const program = `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
  const metrics = startMetrics({ serviceName: 'shop', catalogues: { shop }, withoutSelfMetrics: true });
  for (let turn = 0; turn < 3; turn++) {
    metrics.shop.orders.add(1);
    if (process.env.NOISE !== undefined && turn === 2) (process.env.NOISE === 'stderr' ? console.error : console.log)('noise');
    await metrics.forceFlush();
  }`;

/** True where util-linux' `script`, which runs a command on a pseudo-terminal, is installed. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const onTerminal = 'script -qec "stty cols 60 rows 20; $APP" "$FOLDER/log"';

test.skipIf(!hasScript)('on a pseudo-terminal tables replace each other, but not what else was written', () => {
  for (const NOISE of ['stdout', 'stderr']) {
    const { status, stdout } = runInShell(program, onTerminal, { TERM: 'xterm', NOISE });
    expect(status).toBe(0);
    // The second table replaces the first; the third is printed below; the fourth, at the end, replaces the third.
    expect(stdout.split(`${control}[3A${control}[J`)).toHaveLength(3);
    expect(stdout.match(/noise\r\nshop at/g)).toHaveLength(1);
    expect(stdout).toContain(`${control}[1mshop.orders${control}[0m`);
  }
});

test.skipIf(!hasScript)('on a pseudo-terminal the table is as wide as the terminal', () => {
  const long = program.replace("'shop.orders'", `'shop.${'x'.repeat(100)}'`);
  const { status, stdout } = runInShell(long, onTerminal, { TERM: 'xterm', NO_COLOR: '1' });
  const widths = stdout.split(/\r\n/).map((line) => line.split(`${control}[J`).at(-1)?.length ?? 0);
  expect({ status, width: Math.max(...widths) }).toEqual({ status: 0, width: 60 });
});

test.skipIf(!hasScript)('on a dumb pseudo-terminal nothing but text is printed', () => {
  expect(runInShell(program, onTerminal, { TERM: 'dumb' }).stdout).not.toContain(control);
});

test('in a pipe nothing but text is printed', () => {
  const { status, stdout } = runInShell(program, '$APP | cat');
  expect(status).toBe(0);
  expect(stdout).not.toContain(control);
  // The last collection changes nothing and follows the third table at once.
  expect(stdout.match(/^shop at/gm)).toHaveLength(3);
  expect(stdout).not.toContain('no changes');
});

test('the end of a pipe does not end the program', () => {
  const source = `${program}
    console.error('still running', metrics.status().backends[0].state);`;
  const { stdout, stderr } = runInShell(source.replace('turn < 3', 'turn < 200'), '$APP | head -1');
  expect(stdout).toMatch(/^shop at .*\n$/);
  expect(stderr).toContain('still running failing');
});
