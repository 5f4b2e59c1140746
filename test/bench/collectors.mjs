/**
 * Compares full collections of the collectors runtime, host and container with those of `@opentelemetry/host-metrics`.
 *
 *   npm run bench:collectors -- [--rounds 20] [--json]
 *
 * Both take turns in one process and are collected by the same reader of OpenTelemetry. All groups of metrics are read in
 * every collection. A figure is the time for which a collection occupies the event loop, that is without waiting; the
 * package blocks it while the programs run that it starts. Figures depend on the load of the machine.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { HostMetrics } from '@opentelemetry/host-metrics';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { startMetrics } from 'otelier';
import { container } from 'otelier/collectors/container';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
/** Collections of one round, and of the rounds before the first that counts, in which the code is compiled. */
const perRound = 100;
const warmRounds = 5;

class ManualReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** Time in which each collection is later than the one before by more than any reading is reused. */
let nowMs = Date.now();
const clock = {
  nowUnixMs: () => nowMs,
  monotonicMs: () => nowMs,
};
const own = new ManualReader();
const every = { intervalMs: 20 };
startMetrics({ isolated: true, clock, readers: [own], collectors: [runtime(every), host(every), container(every)] });
const other = new ManualReader();
new HostMetrics({ meterProvider: new MeterProvider({ readers: [other] }) }).start();

const sides = [
  { name: 'otelier: runtime, host and container', reader: own, means: [], each: [] },
  { name: `@opentelemetry/host-metrics ${packageVersion()}`, reader: other, means: [], each: [] },
];
for (let round = -warmRounds; round < rounds; round++) {
  for (const side of sides) {
    const times = [];
    for (let count = 0; count < perRound; count++) times.push(await activeMs(side.reader));
    if (round < 0) continue;
    side.means.push(times.reduce((sum, ms) => sum + ms, 0) / perRound);
    side.each.push(...times);
  }
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
const results = sides.map(({ name, means, each }) => ({
  name,
  // Other programs interrupt a collection. The rounds that they interrupt least show its own time.
  leastMs: quantile(means, 0.1),
  medianMs: quantile(means, 0.5),
  p99Ms: quantile(each, 0.99),
}));
const [ours, theirs] = results;
const report = {
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  node: process.versions.node,
  collections: rounds * perRound,
  points: await pointsOf(own),
  results,
  bars: [
    { of: 'time of a collection, ms', figure: ours.leastMs, atMost: 1 },
    { of: 'part of the time of @opentelemetry/host-metrics', figure: ours.leastMs / theirs.leastMs, atMost: 0.2 },
    { of: 'longest block of the event loop, 99th percentile, ms', figure: ours.p99Ms, atMost: 2 },
  ].map((bar) => ({ ...bar, met: bar.figure <= bar.atMost })),
};
console.log(options.json ? JSON.stringify(report) : textOf(report));
process.exit();

/** Returns the milliseconds for which a collection occupied the event loop. */
async function activeMs(reader) {
  nowMs += 50;
  const before = performance.eventLoopUtilization();
  await reader.collect();
  return performance.eventLoopUtilization(before).active;
}

async function pointsOf(reader) {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

function textOf({ machine, node, collections, points, results: rows, bars }) {
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${node}, ${collections} collections each, ${points} points of otelier`,
    ...rows.map(
      ({ name, leastMs, medianMs, p99Ms }) =>
        `${name}: least ${leastMs.toFixed(2)} ms, median ${medianMs.toFixed(2)} ms, 99th percentile ${p99Ms.toFixed(2)} ms`,
    ),
    ...bars.map(
      ({ of, figure, atMost, met }) => `${of}: ${figure.toFixed(2)}, bar ${atMost}: ${met ? 'met' : 'missed'}`,
    ),
  ].join('\n');
}

function packageVersion() {
  const manifest = new URL('../../node_modules/@opentelemetry/host-metrics/package.json', import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
