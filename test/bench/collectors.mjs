/**
 * Compares full collections of the collectors runtime, host and container with those of `@opentelemetry/host-metrics`.
 *
 *   npm run bench:collectors -- [--rounds 20] [--json]
 *
 * Each side has a process of its own; they take turns. Both are collected by the same reader of OpenTelemetry. All groups of
 * metrics are read in every collection. A figure is the time for which a collection occupies the event loop, that is
 * without waiting; the package blocks it while the programs run that it starts. Figures depend on the load of the machine.
 *
 * The 99th percentile is that of the collections in which the kernel gave the processor of no thread of the process to
 * another program: on a busy machine it otherwise shows how long the other programs run. The control is a loop without
 * memory or system calls that takes as long as one of our collections: what it takes beyond that is due to the machine.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
/** Collections of one round, and of the rounds before the first that counts, in which the code is compiled. */
const perRound = 100;
const warmRounds = 5;

const sideFile = fileURLToPath(new URL('collectors-side.mjs', import.meta.url));
const sideOf = (name, key) => ({ name, process: fork(sideFile, [key]), medians: [], each: [] });
const sides = [
  sideOf('otelier: runtime, host and container', 'otelier'),
  sideOf(`@opentelemetry/host-metrics ${packageVersion()}`, 'package'),
  sideOf('control: a loop that computes', 'control'),
];
/** Steps of the control. */
let steps = 1e5;
for (let round = -warmRounds; round < rounds; round++) {
  if (round === 0) steps *= sides[0].warmMs / sides[2].warmMs;
  for (const side of sides) {
    side.process.send({ collections: perRound, steps });
    const [{ collections, points }] = await once(side.process, 'message');
    side.points = points;
    const times = collections.map(({ activeMs }) => activeMs);
    const medianMs = quantile(times, 0.5);
    side.warmMs = Math.min(side.warmMs ?? Infinity, medianMs);
    if (round < 0) continue;
    side.medians.push(medianMs);
    side.each.push(...collections);
  }
}
for (const side of sides) side.process.kill();

const results = sides.map(({ name, medians, each }) => ({
  name,
  medianMs: quantile(medians, 0.5),
  ...slowest(each),
}));
const [ours, theirs, control] = results;
const report = {
  machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length },
  node: process.versions.node,
  collections: rounds * perRound,
  points: sides[0].points,
  results: [ours, theirs],
  control,
  bars: [
    { of: 'time of a collection, ms', figure: ours.medianMs, atMost: 1 },
    { of: 'part of the time of @opentelemetry/host-metrics', figure: ours.medianMs / theirs.medianMs, atMost: 0.2 },
    { of: 'longest block of the event loop, 99th percentile, ms', figure: ours.p99Ms, atMost: 2 },
  ].map((bar) => ({ ...bar, met: bar.figure <= bar.atMost })),
};
console.log(options.json ? JSON.stringify(report) : textOf(report));

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
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

function textOf({ machine, node, collections, points, results: rows, control: loop, bars }) {
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${node}, ${collections} collections each, ${points} points of otelier`,
    ...[...rows, loop].map(
      ({ name, medianMs, p99Ms, undisturbed }) =>
        `${name}: median ${medianMs.toFixed(2)} ms, 99th percentile ${p99Ms.toFixed(2)} ms of ${undisturbed} undisturbed collections`,
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
