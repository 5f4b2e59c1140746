/**
 * Makes the clone ready once, runs the given npm scripts in order, and ends with `N passed, N failed, N skipped`.
 *
 * The counts are those of the vitest runs (tests, slow tests, servers) and of the matrix. A script that fails although its
 * tests pass counts as one failure. A skipped test of a real server and a skipped case of the matrix count as failed. Other
 * skipped tests, such as conformance cases that do not apply to a backend, state their reason and count as skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const resultsFolder = join(root, 'build', 'results');
rmSync(resultsFolder, { recursive: true, force: true });

const failedScripts = [];
if (!succeeds(process.execPath, ['scripts/ready.mjs'])) failedScripts.push('ready');
else failedScripts.push(...process.argv.slice(2).filter((script) => !succeedsAsScript(script)));

const tests = resultsOf('tests.json');
const slow = resultsOf('slow.json');
const servers = resultsOf('servers.json');
const matrix = resultsOf('matrix.json');
const passed = tests.numPassedTests + slow.numPassedTests + servers.numPassedTests + matrix.numPassedTests;
const skipped = tests.numPendingTests + slow.numPendingTests;
const total = tests.numTotalTests + slow.numTotalTests + servers.numTotalTests + matrix.numTotalTests;

if (failedScripts.length > 0) console.log(`\nFailed: ${failedScripts.join(', ')}`);
for (const { testResults = [] } of [tests, slow, servers]) {
  for (const { assertionResults, message, name, status } of testResults) {
    const names = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => fullName);
    if (names.length === 0 && status === 'failed') names.push(message);
    for (const each of names) console.log(`  ${relative(root, name)}: ${each}`);
  }
}
const failed = Math.max(total - passed - skipped, failedScripts.length);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0) process.exitCode = 1;

function succeedsAsScript(script) {
  console.log(`\n=== npm run ${script}`);
  const startedAt = performance.now();
  const succeeded = succeeds('npm', ['run', script], { GATE_READY: '1' });
  console.log(
    `=== ${script}: ${succeeded ? 'ok' : 'failed'} after ${Math.round((performance.now() - startedAt) / 1_000)} s`,
  );
  return succeeded;
}

function succeeds(command, args, environment = {}) {
  return (
    spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } }).status === 0
  );
}

/** Returns the counts of a vitest run. A run that left no results counts as one failed test. */
function resultsOf(name) {
  const file = join(resultsFolder, name);
  if (!existsSync(file)) return { numPassedTests: 0, numPendingTests: 0, numTotalTests: 1 };
  return JSON.parse(readFileSync(file, 'utf8'));
}
