/** The command `otelier` whose output cannot be written. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { startProgram } from '../support/program.js';
import { folderOfTest } from './command.js';

const folder = folderOfTest();
const noSpace = 'otelier: output failed: ENOSPC: no space left on device, write\n';

test.skipIf(!existsSync('/dev/full')).each<[string, string, number, string]>([
  ['a help text without space', '--help > /dev/full', 1, noSpace],
  ['the help text of a command without space', 'generate stack --help > /dev/full', 1, noSpace],
  ['the version without space', '--version > /dev/full', 1, noSpace],
  ['a table without space', 'top URL --once --interval 100ms > /dev/full', 1, noSpace],
  ['files without space', 'generate rules --out OUT > /dev/full', 1, noSpace],
  ['metrics without space', 'audit > /dev/full', 1, `otelier: no query uses N of M metrics\n${noSpace}`],
  ['messages without space', 'top 0:x 2> /dev/full', 1, ''],
  ['a table without a reader', 'top URL --once --interval 100ms | true', 0, ''],
  ['a help text without a reader', '--help | true', 0, ''],
])('%s', async (_, command, code, stderr) => {
  const peer = await startHttpPeer(() => ({ status: 200, body: 'a_total 1\n' }));
  const line = command.replace('URL', peer.url).replace('OUT', folder.path());
  const end = await startProgram('bash', ['-o', 'pipefail', '-c', `${process.execPath} dist/cli/index.js ${line}`]).end;
  await peer.close();
  expect({ code: end.code, stderr: end.stderr.replace(/\d+ of \d+/, 'N of M') }).toEqual({ code, stderr });
});
