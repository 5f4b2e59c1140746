/**
 * Measures the effect of a hanging backend on another backend and on recordings.
 *
 *   node test/bench/hanging-backend.mjs [--seconds 60] [--rounds 3]
 *
 * Two processes run in turn. Both push OTLP every second to a receiver of this process, one alone, one with a second
 * backend whose endpoint never answers. Each reports the time of a recording (99th percentile of means of 64); the
 * receiver records the times of pushes.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const self = fileURLToPath(import.meta.url);
if (process.argv[2] === 'child') await measure(process.argv[3], process.argv[4], Number(process.argv[5]));
else await compare();

async function compare() {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, rounds: { type: 'string', default: '3' } },
  });
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
  let arrivals = [];
  const healthy = await listen((_request, response) => {
    arrivals.push(Date.now());
    response.end();
  });
  const hanging = await listen(() => {});
  const measured = { alone: { p99: [], drift: [] }, hanging: { p99: [], drift: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const name of ['alone', 'hanging']) {
      arrivals = [];
      const p99 = await run([healthy.url, name === 'hanging' ? hanging.url : '', String(seconds / rounds)]);
      measured[name].p99.push(p99);
      // The flush at the end does not follow the interval.
      measured[name].drift.push(driftOf(arrivals.slice(0, -1)));
    }
  }
  for (const [name, { p99, drift }] of Object.entries(measured)) {
    console.log(
      `${name}: record p99 ${p99.map((ns) => ns.toFixed(1)).join(', ')} ns; drift ${drift.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
  }
  const ratio = middle(measured.hanging.p99) / middle(measured.alone.p99);
  const drift = Math.max(...measured.hanging.drift);
  console.log(
    `record p99 with a hanging backend / alone: ${ratio.toFixed(2)} (bar: at most 1.2): ${ratio <= 1.2 ? 'met' : 'not met'}`,
  );
  console.log(
    `drift of the other backend: ${drift.toFixed(0)} ms (bar: at most 100 ms): ${drift <= 100 ? 'met' : 'not met'}`,
  );
  healthy.close();
  hanging.close();
}

/** Returns the largest deviation of a push from whole seconds after the first push. */
function driftOf(times) {
  const [first = 0] = times;
  return Math.max(...times.map((at, index) => Math.abs(at - first - index * 1_000)));
}

function middle(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = fork(self, ['child', ...args]);
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`child process ended with ${code}`)));
  });
}

async function listen(handler) {
  const server = createServer((request, response) => {
    request.resume();
    handler(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1/metrics`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function measure(healthy, hanging, seconds) {
  const { counter, defineCatalogue, startMetrics, text } = await import('../../dist/index.js');
  const { otlp } = await import('../../dist/backends/otlp/index.js');
  const shop = defineCatalogue({
    orders: counter({ name: 'orders', unit: '{order}', description: 'd', attributes: { region: text() } }),
  });
  const backends = [healthy, hanging].filter(Boolean).map((endpoint) => otlp({ endpoint }));
  const metrics = startMetrics({
    environment: {},
    exportIntervalMs: 1_000,
    logLevel: 'none',
    catalogues: { shop },
    backends,
  });
  const regions = Array.from({ length: 50 }, (_, number) => `region ${number}`);
  const times = [];
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    for (let batch = 0; batch < 200; batch++) {
      const startedAt = process.hrtime.bigint();
      for (let call = 0; call < 64; call++) metrics.shop.orders.add(1, { region: regions[call % 50] });
      times.push(Number(process.hrtime.bigint() - startedAt) / 64);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await metrics.shutdown();
  times.sort((one, other) => one - other);
  process.send(times[Math.floor(times.length * 0.99)], () => process.exit(0));
}
