/**
 * One side of the comparison of collectors, in a process of its own, as an application has only one of them.
 *
 *   fork('test/bench/collectors-side.mjs', ['otelier' | 'package' | 'control'])
 *
 * Each message `{ collections, steps }` is answered by `{ collections: [{ activeMs, isInterrupted }], points }`. A
 * collection is read by a reader of OpenTelemetry; the control computes for `steps`.
 */
import { performance } from 'node:perf_hooks';
import { HostMetrics } from '@opentelemetry/host-metrics';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { startMetrics } from 'otelier';
import { container } from 'otelier/collectors/container';
import { host } from 'otelier/collectors/host';
import { runtime } from 'otelier/collectors/runtime';

class ManualReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** Time in which each collection is later than the one before by more than any reading is reused. */
let nowMs = Date.now();
let steps = 0;
const reader = new ManualReader();
const start = { otelier: startOwn, package: startPackage, control: () => spin };
const collect = start[process.argv[2]]();

process.on('message', async (asked) => {
  steps = asked.steps;
  const collections = [];
  for (let count = 0; count < asked.collections; count++) collections.push(await measure());
  process.send({ collections, points: pointsOf(await collect()) });
});

function startOwn() {
  const clock = { nowUnixMs: () => nowMs, monotonicMs: () => nowMs };
  const every = { intervalMs: 20 };
  startMetrics({
    isolated: true,
    clock,
    readers: [reader],
    collectors: [runtime(every), host(every), container(every)],
  });
  return () => reader.collect();
}

function startPackage() {
  new HostMetrics({ meterProvider: new MeterProvider({ readers: [reader] }) }).start();
  return () => reader.collect();
}

/** Occupies the event loop as a collection does, without memory or system calls. */
function spin() {
  let sum = 0;
  for (let step = 0; step < steps; step++) sum = (sum * 31 + step) | 0;
  return new Promise((resolve) => setImmediate(resolve, sum));
}

/** Returns the milliseconds for which a collection occupied the event loop, and whether other programs interrupted it. */
async function measure() {
  nowMs += 50;
  const interruptions = process.resourceUsage().involuntaryContextSwitches;
  const before = performance.eventLoopUtilization();
  await collect();
  const activeMs = performance.eventLoopUtilization(before).active;
  return { activeMs, isInterrupted: process.resourceUsage().involuntaryContextSwitches > interruptions };
}

function pointsOf({ resourceMetrics }) {
  return resourceMetrics?.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}
