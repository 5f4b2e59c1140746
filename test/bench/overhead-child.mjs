/**
 * Runs an idle or a busy program with collectors, and prints its processor time, or the work that it completed.
 *
 *   node test/bench/overhead-child.mjs none|timer|runtime|all idle|busy SECONDS INTERVAL_SECONDS
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';

const [collectors, load, seconds, intervalSeconds] = process.argv.slice(2);
const settleMs = 60_000;
const names = { none: ['none'], timer: ['none'], runtime: ['runtime'], all: ['runtime', 'host', 'container', 'gpu'] }[
  collectors
];

const endpoint = mountedPrometheus();
const metrics = startMetrics({ environment: {}, collectorNames: names, backends: [endpoint] });
await metrics.ready;
const scrape = async () => await (await endpoint.fetch(new Request('http://localhost/metrics'))).text();
// The compiler and the first readings of the package are not part of the measurement.
for (let i = 0; i < 20; i++) {
  await scrape();
  await sleep(50);
}
setInterval(scrape, Number(intervalSeconds) * 1_000);
// The control: as many wake-ups as `runtime` has in an idle program.
if (collectors === 'timer') setInterval(() => {}, 1_000);
// Some 10 s after its last work, V8 reduces the heap, once. In a minute it costs as much as all collectors.
if (load === 'idle') await sleep(settleMs);

const durationMs = Number(seconds) * 1_000;
const startedMs = performance.now();
const cpu = process.cpuUsage();
const units = load === 'busy' ? await work() : await sleep(durationMs, 0);
const { user, system } = process.cpuUsage(cpu);
const elapsedMs = performance.now() - startedMs;
console.log(JSON.stringify({ cpuShare: (user + system) / 1e3 / elapsedMs, unitsPerSecond: units / (elapsedMs / 1e3) }));
process.exit();

/** Computes hashes in short turns, as a server does requests, and returns their number. */
async function work() {
  const block = Buffer.alloc(16_384, 7);
  let count = 0;
  while (performance.now() - startedMs < durationMs) {
    createHash('sha256').update(block).digest();
    if (++count % 20 === 0) await nextTurn();
  }
  return count;
}
