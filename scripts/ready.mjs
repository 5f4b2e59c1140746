/**
 * Makes a clone ready: installs the locked dependencies if the lock file changed, builds the package and the examples
 * unless the last build had the same sources.
 *
 * Needs only Node and npm. With GATE_READY=1, which `scripts/tally.mjs` sets for the scripts it runs, does nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOfInputs, isBuilt, markBuilt } from './built-inputs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const minimum = [20, 19];

if (process.env.GATE_READY !== '1') makeReady();

function makeReady() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) {
    fail(`Node ${process.versions.node} is too old: install Node ${minimum.join('.')} or newer.`);
  }
  if (!isInstalled()) {
    console.log('Installing the locked dependencies (npm ci) ...');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci failed; is the npm registry reachable?');
  }
  const inputs = hashOfInputs();
  if (isBuilt(inputs)) return;
  // To stderr: a script may print its result to stdout.
  console.error('Building the package and the examples ...');
  run(process.execPath, [join(root, 'scripts', 'build.mjs')], 'The package does not compile.');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'examples'], 'The examples do not compile.');
  markBuilt(inputs);
}

/** Reports whether node_modules is at least as new as the lock file. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function run(command, args, failure) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(error ? `${failure} (${error.message})` : failure);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
