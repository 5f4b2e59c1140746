/**
 * Measures many concurrent scrapes: the time until all are answered, and the longest block of the event loop. The
 * endpoint here and OpenTelemetry's own exporter, each in a separate process, answer the same scrapes of the same series
 * in turn, repeatedly. Prints milliseconds, and the bars.
 *
 *   node test/bench/scrape-load.mjs [--scrapes 200] [--series 10000] [--rounds 7]
 *
 * Measures the built package (`npm run build`).
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './median.mjs';

const self = fileURLToPath(import.meta.url);
const resolutionMs = 1;
const bars = { wall: 1 / 8, block: 1 / 20 };

if (process.send === undefined) await compare();
else await serve(process.argv[2], Number(process.argv[3]));

async function compare() {
  const { values } = parseArgs({
    options: {
      scrapes: { type: 'string', default: '200' },
      series: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '7' },
    },
  });
  const [scrapes, series, rounds] = [values.scrapes, values.series, values.rounds].map(Number);
  const sides = { ours: await start('ours', series), stock: await start('stock', series) };
  console.log(`${scrapes} scrapes at once of ${series} series, ${rounds} rounds: medians, with least and most`);
  const found = {};
  for (const [name, side] of Object.entries(sides))
    found[name] = { wall: [], block: [], bytes: await check(side, series) };
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const { wallMs, blockMs } = await load(side, scrapes);
      found[name].wall.push(wallMs);
      found[name].block.push(blockMs);
    }
  }
  for (const { child } of Object.values(sides)) child.kill();
  for (const [name, { wall, block, bytes }] of Object.entries(found)) {
    console.log(
      `${name.padEnd(6)} ${bytes} bytes each; all answered in ${shown(wall)} ms; longest block ${shown(block)} ms`,
    );
  }
  for (const measure of ['wall', 'block']) {
    const ratio = median(found.ours[measure]) / median(found.stock[measure]);
    const verdict = ratio <= bars[measure] ? 'met' : 'MISSED';
    console.log(`${measure}: ours / stock ${ratio.toFixed(4)} (bar: at most ${bars[measure]}): ${verdict}`);
  }
}

async function start(name, series) {
  const child = fork(self, [name, String(series)]);
  const [port] = await once(child, 'message');
  return { child, port };
}

/** Scrapes until the code is warm, and verifies that every series is included. */
async function check({ port }, series) {
  let answer;
  for (let scrape = 0; scrape < 20; scrape++) answer = await ask(port, undefined);
  const lines = answer.body.toString().match(/^visits_total{/gm)?.length;
  if (lines !== series) throw new Error(`${series} series are expected, and ${lines} were scraped`);
  return answer.body.length;
}

/** Scrapes concurrently, each on a separate connection. */
async function load({ child, port }, scrapes) {
  child.send('begin');
  await once(child, 'message');
  const agent = new Agent({ keepAlive: false, maxSockets: scrapes });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: scrapes }, () => ask(port, agent)));
  const wallMs = performance.now() - began;
  child.send('end');
  const [blockMs] = await once(child, 'message');
  const digests = new Set(answers.map(({ body }) => createHash('sha256').update(body).digest('hex')));
  if (answers.some(({ status }) => status !== 200)) throw new Error('A scrape was not answered with 200.');
  if (digests.size !== 1) throw new Error(`Expected equal responses, got ${digests.size} different ones.`);
  return { wallMs, blockMs };
}

async function ask(port, agent) {
  const [response] = await once(get({ port, host: '127.0.0.1', agent, path: '/metrics' }), 'response');
  const parts = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, body: Buffer.concat(parts) };
}

/** Runs one side, and measures the longest block of its event loop between `begin` and `end`. */
async function serve(name, series) {
  const port = name === 'ours' ? await serveOurs(series) : await serveStock(series);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  process.on('message', (message) => {
    if (message === 'begin') {
      delay.reset();
      delay.enable();
      // The first sample includes the time since the timer was set.
      setTimeout(() => process.send('begun'), 20 * resolutionMs);
    } else {
      setTimeout(() => {
        delay.disable();
        process.send(Math.max(0, delay.max / 1e6 - resolutionMs));
      }, 20 * resolutionMs);
    }
  });
  process.send(port);
}

async function serveOurs(series) {
  const { counter, defineCatalogue, integer, oneOf, startMetrics } = await import('otelier');
  const { prometheus } = await import('otelier/backends/prometheus');
  const site = defineCatalogue({
    visits: counter({
      name: 'visits',
      unit: '{visit}',
      description: 'Visits.',
      attributes: { method: oneOf('GET'), visitor: integer({ min: 0, max: series }) },
      cardinalityLimit: 2 * series,
    }),
  });
  const backends = [prometheus({ host: '127.0.0.1', port: 0 })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { site }, backends });
  await metrics.ready;
  for (let visitor = 0; visitor < series; visitor++) metrics.site.visits.add(visitor, { method: 'GET', visitor });
  return Number(new URL(metrics.status().backends[0].url).port);
}

async function serveStock(series) {
  const require = createRequire(import.meta.url);
  const { MeterProvider } = require('@opentelemetry/sdk-metrics');
  const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
  const port = await freePort();
  // The exporter interprets port 0 as its default port.
  const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true });
  await exporter.startServer();
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: 2 * series }];
  const provider = new MeterProvider({ readers: [exporter], views });
  const visits = provider.getMeter('site').createCounter('visits', { unit: '{visit}', description: 'Visits.' });
  for (let visitor = 0; visitor < series; visitor++) visits.add(visitor, { method: 'GET', visitor });
  return port;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function shown(values) {
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}
