/**
 * Measures what collectors cost the program that they observe: the processor time of an idle program, and the work that a
 * busy one completes. Programs without collectors, with `runtime` and with all collectors take turns.
 *
 *   npm run bench:overhead -- [--seconds 30] [--interval 15] [--rounds 5] [--write]
 *
 * Idle programs of a round run side by side, busy ones one after the other. `--write` writes `docs/benchmarks-collectors.md`.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from './median.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    interval: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const run = promisify(execFile);
const child = fileURLToPath(new URL('overhead-child.mjs', import.meta.url));
const choices = ['none', 'timer', 'runtime', 'all'];
const maxRuntimeShare = 0.001;

const samples = Object.fromEntries(choices.map((name) => [name, { idle: [], busy: [] }]));
for (let round = 0; round < Number(options.rounds); round++) {
  const idle = await Promise.all(choices.map((name) => measure(name, 'idle')));
  for (const [index, { cpuShare }] of idle.entries()) samples[choices[index]].idle.push(cpuShare);
  for (const name of choices) samples[name].busy.push((await measure(name, 'busy')).unitsPerSecond);
}
const results = choices.map((name) => ({
  name,
  cpuShare: median(samples[name].idle),
  // Rounds differ in the speed of the machine: each is compared with its own program without collectors.
  slowdown: 1 - median(samples[name].busy.map((units, round) => units / samples.none.busy[round])),
}));

console.log(tableOf());
if (options.write) writeFileSync(new URL('../../docs/benchmarks-collectors.md', import.meta.url), pageOf());

async function measure(name, load) {
  const { stdout } = await run(process.execPath, [child, name, load, options.seconds, options.interval]);
  return JSON.parse(stdout);
}

function percent(share) {
  return `${(share * 100).toFixed(3)} %`;
}

function tableOf() {
  const [without, , withRuntime] = results;
  const added = withRuntime.cpuShare - without.cpuShare;
  return [
    '| collectors | processor, idle program | slowdown, busy program |',
    '|---|---:|---:|',
    ...results.map(({ name, cpuShare, slowdown }) => `| ${name} | ${percent(cpuShare)} | ${percent(slowdown)} |`),
    '',
    `Bar: \`runtime\` adds at most ${percent(maxRuntimeShare)} of a processor to an idle program: ${percent(added)}, ${added <= maxRuntimeShare ? 'met' : 'missed'}.`,
  ].join('\n');
}

function pageOf() {
  return [
    '# Overhead of collectors',
    '',
    'Generated; do not edit.',
    '',
    `- machine: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    `- Node ${process.versions.node}`,
    `- date: ${new Date().toISOString().slice(0, 10)}`,
    `- command: \`npm run bench:overhead -- ${process.argv.slice(2).join(' ')}\``,
    '',
    tableOf(),
    '',
    `Each figure is the median of ${options.rounds} programs of ${options.seconds} s, which are scraped every ${options.interval} s. \`all\` is \`runtime\`, \`host\`, \`container\` and \`gpu\`. \`timer\` has no collectors and a timer that does nothing once per second: \`runtime\` wakes an idle program as often. The idle program only answers scrapes. It is measured from a minute after its start, because V8 compacts the heap once, some 10 to 30 s after the last work, which costs as much as all collectors do in a minute. The busy program computes hashes, 20 at a time. A slowdown below 0 is noise.`,
    '',
    'In production, the rate of `otelier.collector.busy` is the share of time in which a source occupies the main thread:',
    '',
    '```promql',
    'sum by (source) (rate(otelier_collector_busy_seconds_total[5m]))',
    '```',
    '',
  ].join('\n');
}
