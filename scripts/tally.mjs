/**
 * Runs the given npm scripts one after another and ends with `N passed, N failed, N skipped`: the tests of the last two
 * runs, and every script that failed although its tests did not. A test that needs a server and was skipped counts as
 * failed; others that are skipped say why, such as a case of the conformance suite that a kind of backend does not have.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, 'build', 'results');
rmSync(results, { recursive: true, force: true });

const failedScripts = process.argv.slice(2).filter((script) => {
  console.log(`\n=== npm run ${script}`);
  return spawnSync('npm', ['run', script], { cwd: root, stdio: 'inherit' }).status !== 0;
});
const runs = ['tests.json', 'servers.json'].map((name) => {
  const file = join(results, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numPassedTests: 0, numTotalTests: 1 };
});
const [tests, servers] = runs;
const skipped = tests.numPendingTests ?? 0;
const passed = tests.numPassedTests + servers.numPassedTests;
const notPassed = tests.numTotalTests + servers.numTotalTests - passed - skipped;

if (failedScripts.length > 0) console.log(`\nFailed: ${failedScripts.join(', ')}`);
const failed = Math.max(notPassed, failedScripts.length);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0) process.exitCode = 1;
