/** Installed by pnpm: each package sees only its declared dependencies. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

export async function installWith({ folder, packageFile, run }) {
  // pnpm warns about packages of an earlier run, whose lock file is gone.
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  // The package manager itself comes from npm.
  await run('npm', ['install', '--no-save', '--prefix', 'tool', 'pnpm@10.34.8']);
  const { stdout, stderr } = await run(process.execPath, ['tool/node_modules/pnpm/bin/pnpm.cjs', 'add', packageFile]);
  if (/warn|peer/i.test(stdout + stderr)) throw new Error(`pnpm add printed a warning:\n${stdout}${stderr}`);
}

export const cases = {
  'ES module': ({ program }) => program(['program/app.mjs']),
  CommonJS: ({ program }) => program(['program/app.cjs']),
};
