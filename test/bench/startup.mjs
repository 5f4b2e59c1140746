/**
 * Compares the time to import the package, the time from the start to the first answered scrape, and the size on disk
 * with prom-client and stock OpenTelemetry.
 *
 *   node test/bench/startup.mjs [--rounds N] [--json] [--write]
 *
 * Each measurement is a process of its own; the libraries take turns. `--write` writes `docs/benchmarks-startup.md`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './median.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const bars = { importMs: 25, firstScrapeMs: 120, packedBytes: 700_000 };
const subjects = [
  { id: 'otelier-esm', title: `otelier ${versionOf('.')}, ES module` },
  { id: 'otelier-cjs', title: `otelier ${versionOf('.')}, CommonJS` },
  { id: 'prom-client', title: `prom-client ${versionOf('node_modules/prom-client')}` },
  {
    id: 'sdk-metrics',
    title: `sdk-metrics ${versionOf('node_modules/@opentelemetry/sdk-metrics')}, exporter-prometheus ${versionOf('node_modules/@opentelemetry/exporter-prometheus')}`,
  },
];
const installed = {
  'prom-client': ['prom-client', 'tdigest', 'bintrees'],
  'sdk-metrics': ['sdk-metrics', 'exporter-prometheus', 'core', 'resources', 'semantic-conventions'].map(
    (name) => `@opentelemetry/${name}`,
  ),
};

const samples = Object.fromEntries(subjects.map(({ id }) => [id, []]));
for (let round = 0; round < Number(options.rounds); round++) {
  for (const { id } of subjects) samples[id].push(measure(id));
}
const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: root }));
const results = subjects.map(({ id, title }) => ({
  title,
  importMs: median(samples[id].map(({ importMs }) => importMs)),
  firstScrapeMs: median(samples[id].map(({ firstScrapeMs }) => firstScrapeMs)),
  installedBytes:
    installed[id]?.reduce((sum, name) => sum + sizeOf(join(root, 'node_modules', name)), 0) ?? packed.unpackedSize,
}));
const report = { date: new Date().toISOString().slice(0, 10), packedBytes: packed.size, results };

console.log(options.json ? JSON.stringify(report) : tableOf(report));
if (options.write) writeFileSync(join(root, 'docs', 'benchmarks-startup.md'), pageOf(report));

function measure(id) {
  const environment = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const child = join(root, 'test', 'bench', 'startup-child.mjs');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  return JSON.parse(execFileSync(process.execPath, [child, id], { cwd: root, env, encoding: 'utf8' }));
}

function tableOf({ packedBytes, results: rows }) {
  const verdict = (value, bar) => (value <= bar ? 'met' : 'missed');
  const [own] = rows;
  return [
    '| library | import, beyond the API | start to first scrape | installed |',
    '|---|---:|---:|---:|',
    ...rows.map(
      ({ title, importMs, firstScrapeMs, installedBytes }) =>
        `| ${title} | ${importMs.toFixed(1)} ms | ${firstScrapeMs.toFixed(1)} ms | ${(installedBytes / 1e6).toFixed(1)} MB |`,
    ),
    '',
    `Bars: import at most ${bars.importMs} ms: ${verdict(own.importMs, bars.importMs)}. ` +
      `Start to first scrape at most ${bars.firstScrapeMs} ms: ${verdict(own.firstScrapeMs, bars.firstScrapeMs)}. ` +
      `Package at most ${bars.packedBytes / 1e3} kB packed: ${(packedBytes / 1e3).toFixed(0)} kB, ${verdict(packedBytes, bars.packedBytes)}.`,
  ].join('\n');
}

function pageOf(data) {
  return [
    '# Benchmarks of the start',
    '',
    'Generated; do not edit. Each figure is the median over several processes; the libraries took turns.',
    '',
    `- machine: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    `- Node ${process.versions.node}`,
    `- date: ${data.date}`,
    `- command: \`node test/bench/startup.mjs ${process.argv.slice(2).join(' ')}\``,
    '',
    tableOf(data),
    '',
    'The import is the time to import the root entry point, after `@opentelemetry/api`. The first scrape includes the start, one counter with a label, an HTTP server on loopback, and the answer. The installed size includes dependencies, but not the API.',
    '',
  ].join('\n');
}

function versionOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version;
}

function sizeOf(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size;
}
