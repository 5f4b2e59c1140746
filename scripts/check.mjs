/** Everything that must hold before a change is merged, one step after another; ends with a line for each. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'test', '--noEmit'],
  ['build', 'tsc', '-p', '.'],
  ['tests', 'vitest', 'run'],
  ['publint', 'publint', '--strict'],
  ['attw', 'attw', '--pack', '.', '--profile', 'esm-only', '--quiet'],
  ['knip', 'knip'],
  ['generated files', process.execPath, 'scripts/generate.mjs', '--check'],
];

const results = steps.map(([name, command, ...args]) => {
  console.log(`\n--- ${name}`);
  const program = command === process.execPath ? command : join(root, 'node_modules', '.bin', command);
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  return { name, ok: status === 0 };
});

console.log(`\n${results.map(({ name, ok }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}`).join('\n')}`);
if (results.some(({ ok }) => !ok)) process.exitCode = 1;
