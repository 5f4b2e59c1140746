/** Installed by Yarn with Plug'n'Play: packages stay in archives, and only declared dependencies can be imported. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const yarn = 'tool/node_modules/@yarnpkg/cli-dist/bin/yarn.js';

export async function installWith({ folder, packageFile, run }) {
  await run('npm', ['install', '--no-save', '--prefix', 'tool', '@yarnpkg/cli-dist@4.18.1']);
  const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
  writeFileSync(
    join(folder, '.yarnrc.yml'),
    `nodeLinker: pnp\nenableGlobalCache: false\nenableTelemetry: false\nnpmRegistryServer: "${registry}"\n${
      registry.startsWith('http:') ? `unsafeHttpWhitelist: ["${new URL(registry).hostname}"]\n` : ''
    }`,
  );
  writeFileSync(join(folder, 'yarn.lock'), '');
  const { stdout } = await run(process.execPath, [yarn, 'add', `otelier@file:${packageFile}`]);
  // YN0092 only states that Plug'n'Play uses an experimental interface of Node for ES modules.
  if (/warn|peer/i.test(stdout.replace(/^.*YN0092.*$|Done with warnings/gm, ''))) {
    throw new Error(`yarn add printed a warning:\n${stdout}`);
  }
}

const pnp = ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs', '--no-warnings'];

export const cases = {
  'ES module': ({ program }) => program([...pnp, 'program/app.mjs']),
  'start as ES module, record as CommonJS': ({ program }) =>
    program([...pnp, 'program/two-copies.mjs', 'program/start.mjs', 'program/record.cjs']),
  'start by --import otelier/register': ({ program }) =>
    program([...pnp, '--import', 'otelier/register', 'program/app.mjs']),
  CommonJS: ({ program }) => program(['--require', './.pnp.cjs', 'program/app.cjs']),
};
