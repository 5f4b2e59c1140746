/** Installed by pnpm: each package sees only its declared dependencies. */
export async function installWith({ packageFile, run }) {
  // The package manager itself comes from npm.
  await run('npm', ['install', '--no-save', '--prefix', 'tool', 'pnpm@10.34.8']);
  await run(process.execPath, ['tool/node_modules/pnpm/bin/pnpm.cjs', 'add', packageFile]);
}

export const cases = {
  'ES module': ({ program }) => program(['program/app.mjs']),
  CommonJS: ({ program }) => program(['program/app.cjs']),
};
