/** Installs the packages of a folder of `test/matrix`, and the packed package as its users do, outside the clone. */
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sources = join(root, 'test', 'matrix');
/** Not in the clone: Node and TypeScript would find the packages of the clone in its `node_modules`. */
const workFolder = join(tmpdir(), `otelier-matrix-${hashOf(root)}`);

/** Packs the package, or copies `file`. The name contains a hash of the content, so that npm installs a changed package. */
export async function packedPackage(file) {
  const folder = join(workFolder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = join(folder, 'packed');
  if (file === undefined) {
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
    copyFileSync(join(folder, stdout.trim()), packed);
  } else {
    copyFileSync(file, packed);
  }
  const named = join(folder, `otelier-${hashOf(readFileSync(packed))}.tgz`);
  copyFileSync(packed, named);
  return named;
}

/**
 * Copies a folder of `test/matrix` and the common program, and installs. Packages of an earlier run stay if the manifest
 * is the same. Returns the new folder.
 */
export async function install(name, packageFile, installWith = npmInstall) {
  const source = join(sources, name);
  const folder = join(workFolder, `${name}-${hashOf(versionsIn(source))}`);
  for (const old of existsSync(workFolder) ? readdirSync(workFolder) : []) {
    const path = join(workFolder, old);
    if (old.startsWith(`${name}-`) && path !== folder) rmSync(path, { recursive: true, force: true });
  }
  for (const old of existsSync(folder) ? readdirSync(folder) : []) {
    if (old !== 'node_modules') rmSync(join(folder, old), { recursive: true, force: true });
  }
  const copied = (path) => !path.startsWith(join(source, 'node_modules'));
  cpSync(source, folder, { recursive: true, filter: copied });
  cpSync(join(sources, 'program'), join(folder, 'program'), { recursive: true });
  await installWith({ folder, packageFile, run: (command, args) => run(command, args, { cwd: folder, env: quiet }) });
  return folder;
}

const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };

/** Installs with npm, without options. A warning about a conflict fails. */
async function npmInstall({ packageFile, run: runHere }) {
  const { stderr } = await runHere('npm', ['install', packageFile]);
  if (/ERESOLVE|overriding peer|otelier/.test(stderr)) throw new Error(`npm install printed a warning:\n${stderr}`);
}

/** Returns the manifest and the lock file, if there is one. */
function versionsIn(folder) {
  const files = ['package.json', 'package-lock.json'].map((name) => join(folder, name));
  return files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('');
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 10);
}
