/**
 * Cost of one page that watches 10,000 series, measured over the built modules:
 *
 *     node scripts/build.mjs && node test/bench/live.mjs [--seconds 20] [--metrics 93]
 *
 * Prints the share of one core, the longest block of the event loop, memory, and the size of the messages: without
 * a client, while a page connects to a history of the given seconds, and while it watches.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLiveFeed } from '../../build/modules/backends/live/live-feed.js';
import { systemHost } from '../../build/modules/engine/host.js';
import { EngineMeterProvider } from '../../build/modules/engine/meter-provider.js';
import { systemClock } from '../../build/modules/model/clock.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, metrics: { type: 'string', default: '93' } },
});
const seconds = Number(values.seconds);
const resource = { attributes: {}, merge: () => resource, getRawAttributes: () => [] };
const reader = {
  setMetricProducer() {},
  selectAggregation: () => ({ type: 0 }),
  selectAggregationTemporality: () => 1,
  forceFlush: async () => {},
  shutdown: async () => {},
};

const provider = new EngineMeterProvider(systemHost(), resource, false);
provider.connect({ resource, readers: [reader] });
const touch = fill(provider.getMeter('bench'));
const feed = createLiveFeed({
  clock: systemClock,
  applicationId: 'bench',
  startedUnixMs: Date.now(),
  producer: () => provider.snapshotProducer(),
  packs: () => [],
  catalogues: () => [],
  budgets: () => provider.budgets(),
  statuses: () => [],
});
const touching = setInterval(touch, 200);

const rows = [];
await row('no client', seconds, () => {});
const frames = [];
const page = { type: 'subscribe', page: { metric: 'bench.histogram.0' } };
let watch;
await row('the page connects', 5, () => {
  watch = feed.watch(page, (frame) => frames.push(frame.length));
});
// Until the code is compiled.
await wait(15_000);
frames.length = 0;
await row('one page watches', seconds, () => {});
const update = frames.at(-1);
// A second page, after a while: its history has all snapshots so far.
const late = [];
let second;
await row('a second page connects', 5, () => {
  second = feed.watch({ ...page, where: {}, interval_ms: 60_000 }, (frame) => late.push(frame.length));
});
second.end();
watch.end();
feed.close();
clearInterval(touching);
console.table(rows);
console.log(`bytes: model ${late[0]}, history ${late[1]}, update ${update}`);

/**
 * Measures the longest turns of the event loop for half of the duration, then the CPU time of the other half, because the
 * measurement of turns costs CPU time.
 */
async function row(name, duration, begin) {
  const half = (duration * 1_000) / 2;
  begin();
  const turns = await longestTurns(half);
  const before = process.cpuUsage();
  const started = performance.now();
  if (name.includes('connects')) watchAgain();
  await wait(half);
  const share = cpuMs(before) / (performance.now() - started);
  const { rss, arrayBuffers } = process.memoryUsage();
  rows.push({
    phase: name,
    'core, %': Number((share * 100).toFixed(2)),
    'longest turn, ms': turns[0].toFixed(1),
    'next ones': turns
      .slice(1, 4)
      .map((each) => each.toFixed(1))
      .join(' '),
    'RSS, MB': Math.round(rss / 2 ** 20),
    'array buffers, MB': Math.round(arrayBuffers / 2 ** 20),
  });
}

function cpuMs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * Returns the longest times, in descending order, for which the event loop was occupied between two ticks of a timer of
 * 1 ms. Without those in which the kernel gave the processor to another program.
 */
async function longestTurns(milliseconds) {
  const turns = [];
  const end = performance.now() + milliseconds;
  let last = turn();
  while (performance.now() < end) {
    await wait(1);
    const now = turn();
    if (now.interruptions === last.interruptions)
      turns.push(performance.eventLoopUtilization(now.loop, last.loop).active);
    last = now;
  }
  return turns.sort((one, other) => other - one);
}

function turn() {
  const { involuntaryContextSwitches: interruptions } = process.resourceUsage();
  return { loop: performance.eventLoopUtilization(), interruptions };
}

/** Connects a page for a moment, so that the blocks of a history are seen. */
function watchAgain() {
  const again = feed.watch({ ...page, interval_ms: 120_000 }, () => {});
  setTimeout(() => again.end(), 2_000).unref();
}

/** Creates 5,000 counters, 4,000 gauges and 300 histograms with 14 buckets, and returns a function that records into some. */
function fill(meter) {
  const perMetric = Math.ceil(9_300 / Number(values.metrics));
  const record = [];
  const create = (kind, count, make) => {
    let instrument;
    for (let index = 0; index < count; index++) {
      if (index % perMetric === 0) instrument = make(`bench.${kind}.${index / perMetric}`);
      const attributes = { index: index % perMetric, region: 'eu', tenant: `t${index % 7}` };
      const current = instrument;
      record.push((value) => (current.add ?? current.record).call(current, value, attributes));
    }
  };
  const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5];
  create('counter', 5_000, (name) => meter.createCounter(name));
  create('gauge', 4_000, (name) => meter.createGauge(name));
  create('histogram', 300, (name) => meter.createHistogram(name, { advice: { explicitBucketBoundaries: boundaries } }));
  let next = 0;
  for (const each of record) each(1);
  return () => {
    for (let count = 0; count < 200; count++) record[next++ % record.length](Math.random());
  };
}
