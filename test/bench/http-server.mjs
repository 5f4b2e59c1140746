/**
 * Measures the CPU time that a counter and a histogram add to an HTTP request. Each server runs in a separate process
 * and receives the same requests in turn. Prints microseconds per request with their confidence interval.
 *
 *   npm run bench:http -- [--alternations 20] [--requests 4000]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const variants = ['none', 'ours', 'otel'];
const self = fileURLToPath(import.meta.url);
const handlerMicroseconds = 10;

if (process.send === undefined) await compare();
else await serve(process.argv[2]);

async function compare() {
  const { values } = parseArgs({
    options: { alternations: { type: 'string', default: '20' }, requests: { type: 'string', default: '4000' } },
  });
  const [alternations, requests] = [Number(values.alternations), Number(values.requests)];
  const servers = await Promise.all(variants.map(start));
  for (const server of servers) await load(server, requests);
  const added = { ours: [], otel: [] };
  for (let round = 0; round < alternations; round++) {
    const [none, ours, otel] = await inTurn(servers, (server) => load(server, requests));
    added.ours.push(ours - none);
    added.otel.push(otel - none);
  }
  for (const { child } of servers) child.kill();
  const [mean, theirs] = [meanOf(added.ours), meanOf(added.otel)];
  for (const [name, values] of Object.entries(added)) {
    console.log(
      `${name.padEnd(6)} adds ${meanOf(values).toFixed(2)} ± ${interval(values).toFixed(2)} µs CPU per request`,
    );
  }
  console.log(`ours / otel: ${(mean / theirs).toFixed(3)} (bar: at most 0.2)`);
}

async function inTurn(list, act) {
  const results = [];
  for (const each of list) results.push(await act(each));
  return results;
}

async function start(variant) {
  const child = fork(self, [variant]);
  const [port] = await once(child, 'message');
  return { child, port, agent: new Agent({ keepAlive: true, maxSockets: 8 }) };
}

/** Returns the CPU time of the server per request in microseconds. */
async function load({ child, port, agent }, requests) {
  child.send('begin');
  await once(child, 'message');
  let left = requests;
  const client = async () => {
    while (left-- > 0) {
      const [response] = await once(get({ port, host: '127.0.0.1', agent, path: `/item/${left % 100}` }), 'response');
      response.resume();
      await once(response, 'end');
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  child.send('end');
  const [microseconds] = await once(child, 'message');
  return microseconds / requests;
}

/** Serves requests that record three attributes. */
async function serve(variant) {
  const record = await recorder(variant);
  const server = createServer((request, response) => {
    const startedAtMs = performance.now();
    while (performance.now() - startedAtMs < handlerMicroseconds / 1_000);
    const status = Number(request.url.slice(6)) % 10 === 0 ? '404' : '200';
    response.statusCode = Number(status);
    response.end('ok');
    record((performance.now() - startedAtMs) / 1_000, status);
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  let before;
  process.on('message', (question) => {
    if (question === 'begin') {
      before = process.cpuUsage();
      process.send('begun');
    } else {
      const { user, system } = process.cpuUsage(before);
      process.send(user + system);
    }
  });
}

async function recorder(variant) {
  if (variant === 'none') return () => {};
  const require = createRequire(import.meta.url);
  const sdk = require('@opentelemetry/sdk-metrics');
  const { MeterProvider } = variant === 'ours' ? await import('otelier/engine') : sdk;
  class Reader extends sdk.MetricReader {
    onForceFlush = () => Promise.resolve();
    onShutdown = () => Promise.resolve();
  }
  const meter = new MeterProvider({ readers: [new Reader()] }).getMeter('http');
  const requests = meter.createCounter('http.requests');
  const duration = meter.createHistogram('http.request.duration');
  return (seconds, status) => {
    requests.add(1, { method: 'GET', route: '/item/:id', status });
    duration.record(seconds, { method: 'GET', route: '/item/:id', status });
  };
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns half the width of the 95 % confidence interval of the mean. */
function interval(values) {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return 1.96 * Math.sqrt(variance / values.length);
}
