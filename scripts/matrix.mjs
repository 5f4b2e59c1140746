/** Runs the checks of each folder of `test/matrix` with the packages that it locks, on a Node that supports them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matrixNode } from './matrix-node.mjs';

const matrix = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'matrix');
for (const folder of readdirSync(matrix)) {
  const { path, problem } = matrixNode(folder);
  if (path === undefined) {
    console.log(`not ok ${folder}: ${problem}`);
    process.exitCode = 1;
    continue;
  }
  console.log(`\n=== ${folder}`);
  const { status } = spawnSync(path, [join(matrix, folder, 'run.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
