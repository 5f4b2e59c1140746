/**
 * Locates or fetches real servers, then runs the tests, which start and stop them.
 *
 * The tests of a missing server are skipped with the reason. With CI=true or GATE_NO_SKIP=1 they fail.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateDebianPrograms } from './servers/debian.mjs';
import { locateSuitePrograms } from './servers/debian-suites.mjs';
import { locateOtlpReceiver } from './servers/otlp-receiver.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const servers = { ...locateDebianPrograms(), ...locateOtlpReceiver(root), ...locateSuitePrograms(root) };
for (const [variable, value] of Object.entries(servers)) console.log(`${variable}=${value}`);

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', join(root, 'vitest.servers.config.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...servers } },
);
process.exitCode = status ?? 1;
