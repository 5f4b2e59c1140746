/**
 * Runs the given npm scripts one after another and ends with `N passed, N failed`: the tests of the last two runs,
 * and every script that failed although its tests did not. A test that was skipped counts as failed.
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
const passed = runs.reduce((sum, run) => sum + run.numPassedTests, 0);
const notPassed = runs.reduce((sum, run) => sum + run.numTotalTests - run.numPassedTests, 0);

if (failedScripts.length > 0) console.log(`\nFailed: ${failedScripts.join(', ')}`);
const failed = Math.max(notPassed, failedScripts.length);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
