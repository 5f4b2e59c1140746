/**
 * Compares the cost of a recording with other metric libraries and with the bars.
 *
 *   npm run bench -- [--case NAME]... [--node this|newer|both] [--quick] [--json] [--write]
 *
 * `--json` prints only one object. `--write` writes `docs/benchmarks.md`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cases } from '../test/bench/cases/index.mjs';
import { contenders } from '../test/bench/contenders.mjs';
import { page, table } from '../test/bench/report.mjs';
import { judge, runCase, sizes } from '../test/bench/rounds.mjs';
import { matrixNode } from './matrix-node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const units = { time: 'ns', allocation: 'B', memory: 'B' };
const { values: options } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    node: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const unknown = options.case?.filter((name) => cases.every((oneCase) => oneCase.name !== name)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown case ${unknown.join(', ')}. The cases are:\n${cases.map(({ name }) => name).join('\n')}`);
  process.exit(1);
}
const chosen = cases.filter(({ name }) => options.case?.includes(name) ?? true);
const log = options.json ? () => {} : console.log;

const report = {
  command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  runtimes: [],
};
for (const runtime of runtimes()) report.runtimes.push(await runAll(runtime));

if (options.json) console.log(JSON.stringify(report));
if (options.write) writeFileSync(join(root, 'docs', 'benchmarks.md'), page(report));

/** Returns this Node, and the newer Node that the newest packages need. */
function runtimes() {
  const list = options.node === 'newer' ? [] : [{ path: process.execPath, newer: false }];
  if (options.node === 'this') return list;
  const { path, problem } = matrixNode('otel3', { quiet: options.json });
  if (path === undefined) console.error(`Skipping the newer packages: ${problem}`);
  else list.push({ path, newer: true });
  return list;
}

async function runAll({ path, newer }) {
  const node = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const present = contenders.filter((contender) => newer || !contender.newer).map(withVersion);
  const versions = Object.fromEntries(
    present
      .filter(({ version }) => version !== undefined)
      .map(({ package: name, id, version }) => [id, `${name} ${version}`]),
  );
  log(`\n=== Node ${node}`);
  const done = [];
  for (const oneCase of chosen) {
    const results = await runCase(oneCase, present, path, options.quick ? sizes.quick : sizes.full);
    const { name, title, measure = 'time' } = oneCase;
    const result = { name, title, unit: units[measure], results, bars: judge(oneCase, results) };
    log(`\n${table(result)}`);
    done.push(result);
  }
  return { node, versions, cases: done };
}

function withVersion(contender) {
  const { package: name, newer } = contender;
  if (name === undefined) return contender;
  const folder = newer ? join(root, 'test', 'matrix', 'otel3', 'node_modules', name) : join(root, 'node_modules', name);
  const file = join(name === 'otelier' ? root : folder, 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return { ...contender, version, name: `${name.replace('@opentelemetry/', '')} ${version}` };
}
