/**
 * Compares full collections of the collectors runtime, host and container with those of `@opentelemetry/host-metrics`.
 *
 *   npm run bench:collectors -- [--rounds 20] [--json]
 *
 * Both take turns in one process and are collected by the same reader of OpenTelemetry. All groups of metrics are read in
 * every collection. A figure is the time for which a collection occupies the event loop, that is without waiting; the
 * package blocks it while the programs run that it starts. Figures depend on the load of the machine.
 *
 * The 99th percentile is that of the collections in which the kernel gave the processor of no thread of this process to
 * another program: on a busy machine it otherwise shows how long the other programs run. The control is a loop without
 * memory or system calls that takes as long as one of our collections: what it takes beyond that is due to the machine.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

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

/** Steps of the control. */
let steps = 1e5;
const sides = [
  { name: 'otelier: runtime, host and container', reader: own, means: [], each: [] },
  { name: `@opentelemetry/host-metrics ${packageVersion()}`, reader: other, means: [], each: [] },
  { name: 'control: a loop that computes', reader: { collect: spin }, means: [], each: [] },
];
for (let round = -warmRounds; round < rounds; round++) {
  if (round === 0) steps *= sides[0].warmMs / sides[2].warmMs;
  for (const side of sides) {
    // Else the garbage of one side is collected in the time of the other.
    collectGarbage();
    const collections = [];
    for (let count = 0; count < perRound; count++) collections.push(await measure(side.reader));
    const times = collections.map(({ activeMs }) => activeMs);
    side.warmMs = Math.min(side.warmMs ?? Infinity, quantile(times, 0.5));
    if (round < 0) continue;
    side.means.push(times.reduce((sum, ms) => sum + ms, 0) / perRound);
    side.each.push(...collections);
  }
}

const results = sides.map(({ name, means, each }) => ({
  name,
  // Other programs interrupt a collection. The rounds that they interrupt least show its own time.
  leastMs: quantile(means, 0.1),
  medianMs: quantile(means, 0.5),
  ...slowest(each),
}));
const [ours, theirs, control] = results;
const report = {
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  node: process.versions.node,
  collections: rounds * perRound,
  points: await pointsOf(own),
  results: [ours, theirs],
  control,
  bars: [
    { of: 'time of a collection, ms', figure: ours.leastMs, atMost: 1 },
    { of: 'part of the time of @opentelemetry/host-metrics', figure: ours.leastMs / theirs.leastMs, atMost: 0.2 },
    { of: 'longest block of the event loop, 99th percentile, ms', figure: ours.p99Ms, atMost: 2 },
  ].map((bar) => ({ ...bar, met: bar.figure <= bar.atMost })),
};
console.log(options.json ? JSON.stringify(report) : textOf(report));
process.exit();

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

/** Computes; occupies the event loop as a collection does, without memory or system calls. */
function spin() {
  let sum = 0;
  for (let step = 0; step < steps; step++) sum = (sum * 31 + step) | 0;
  return new Promise((resolve) => setImmediate(resolve, sum));
}

/** Returns the milliseconds for which a collection occupied the event loop, and whether other programs interrupted it. */
async function measure(reader) {
  nowMs += 50;
  const interruptions = process.resourceUsage().involuntaryContextSwitches;
  const before = performance.eventLoopUtilization();
  await reader.collect();
  const activeMs = performance.eventLoopUtilization(before).active;
  return { activeMs, isInterrupted: process.resourceUsage().involuntaryContextSwitches > interruptions };
}

/** Returns the 99th percentile of the collections that were not interrupted, or of all where each one was. */
function slowest(collections) {
  const undisturbed = collections.filter(({ isInterrupted }) => !isInterrupted);
  const counted = undisturbed.length === 0 ? collections : undisturbed;
  return {
    p99Ms: quantile(
      counted.map(({ activeMs }) => activeMs),
      0.99,
    ),
    undisturbed: undisturbed.length,
  };
}

async function pointsOf(reader) {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

function textOf({ machine, node, collections, points, results: rows, control: loop, bars }) {
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${node}, ${collections} collections each, ${points} points of otelier`,
    ...[...rows, loop].map(
      ({ name, leastMs, medianMs, p99Ms, undisturbed }) =>
        `${name}: least ${leastMs.toFixed(2)} ms, median ${medianMs.toFixed(2)} ms, 99th percentile ${p99Ms.toFixed(2)} ms of ${undisturbed} undisturbed collections`,
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
