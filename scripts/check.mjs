/** Runs the static checks that a change must pass, in order, and ends with one line for each. Tests are separate. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['spelling', 'cspell', 'lint', '--no-progress', '--no-summary', '--gitignore', '**/*.md'],
  ['types', 'tsc', '-p', 'test', '--noEmit'],
  ['types of the page', 'tsc', '-p', 'src/page'],
  ['publint', 'publint', '--strict'],
  ['attw', 'attw', '--pack', '.', '--quiet'],
  ['knip', 'knip'],
  ['generated files', process.execPath, 'scripts/generate.mjs', '--check'],
];

const results = steps.map(([name, command, ...args]) => {
  console.log(`\n--- ${name}`);
  const program = command === process.execPath ? command : join(root, 'node_modules', '.bin', command);
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  return { name, succeeded: status === 0 };
});

console.log(`\n${results.map(({ name, succeeded }) => `${succeeded ? 'ok    ' : 'FAILED'}  ${name}`).join('\n')}`);
if (results.some(({ succeeded }) => !succeeded)) process.exitCode = 1;
