/** Whether the build is that of the present sources. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Everything that the package and the examples are built from. */
const inputs = ['src', 'scripts', 'examples', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE'];
const outputs = ['dist/index.js', 'dist/index.cjs', 'build/modules', 'build/examples'];
const stamp = join(root, 'build', 'inputs.txt');

/** Reports whether the last build is complete and had these inputs. */
export function isBuilt(hash) {
  const isComplete = [...outputs.map((path) => join(root, path)), stamp].every((path) => existsSync(path));
  return isComplete && readFileSync(stamp, 'utf8') === hash;
}

/** Remembers the inputs of a build that is complete, as they were when it began. */
export function markBuilt(hash) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

/** Forgets the last build, before another one begins. */
export function forgetBuilt() {
  rmSync(stamp, { force: true });
}

/** Returns a text that differs for different inputs. */
export function hashOfInputs() {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs) {
    const path = join(root, input);
    const names = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).sort() : [''];
    for (const name of names) {
      const file = join(path, name);
      if (statSync(file).isFile()) hash.update(`${input}/${name}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}
