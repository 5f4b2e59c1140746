/** Runs what each folder of `test/matrix` checks, with the packages that it locks, on the Node that they need. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matrixNode } from './matrix-node.mjs';

const matrix = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'matrix');
for (const folder of readdirSync(matrix)) {
  const { path, why } = matrixNode(folder);
  if (path === undefined) {
    console.log(`not ok ${folder}: ${why}`);
    process.exitCode = 1;
    continue;
  }
  console.log(`\n=== ${folder}`);
  const { status } = spawnSync(path, [join(matrix, folder, 'run.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
