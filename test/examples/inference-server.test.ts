/** Example 03 as users run it: compiled, in a separate process, over HTTP. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { startNode, startProgram } from '../support/program.js';

const demo = fileURLToPath(new URL('../../build/examples/03-inference-server/demo.js', import.meta.url));
const contract = JSON.parse(
  readFileSync(new URL('../fixtures/spec/inference-server.metrics.json', import.meta.url), 'utf8'),
) as { metrics: { prometheus_name: string; kind: string; labels: string[] }[] };
/** The example measures no GPU. */
const expected = contract.metrics.filter(({ prometheus_name }) => !prometheus_name.startsWith('gpu_'));
const counters = expected.filter(({ kind }) => kind === 'counter').map(({ prometheus_name }) => prometheus_name);

const polling = { timeout: 20_000, interval: 50 };

test('records every metric of the contract except those of a GPU', async () => {
  const demo = startDemo(['--for', '60']);
  const metricsUrl = await demo.printed(/metrics: prometheus (http\S+)/);

  const first = await vi.waitFor(async () => {
    const scraped = await scrape(metricsUrl);
    for (const { prometheus_name: name, kind, labels } of expected) {
      expect([name, scraped.types.get(name)]).toEqual([name, kind]);
      const sample = scraped.samples.find((line) =>
        line.startsWith(kind === 'histogram' ? `${name}_count{` : `${name}{`),
      );
      expect([name, sample]).toEqual([name, expect.any(String)]);
      for (const label of labels) expect(sample).toContain(`${label}="`);
    }
    return scraped;
  }, polling);

  await vi.waitFor(async () => {
    const second = await scrape(metricsUrl);
    for (const name of [...counters, 'request_latency_seconds_count', 'inference_latency_seconds_count']) {
      expect([name, second.sum(name) > first.sum(name)]).toEqual([name, true]);
    }
  }, polling);

  await vi.waitFor(async () => {
    const { types } = await scrape(metricsUrl);
    for (const added of [
      'requests_in_flight',
      'request_errors_total',
      'batch_size',
      'batch_wait_latency_seconds',
      'documents_scored_total',
      'time_to_first_result_seconds',
      'model_load_time_seconds',
    ]) {
      expect([added, types.has(added)]).toEqual([added, true]);
    }
  }, polling);

  demo.child.kill('SIGTERM');
  expect(await demo.end).toMatchObject({ code: 0 });
  expect(demo.output()).toMatch(/documents scored +[1-9]/);
}, 60_000);

test('ranks the best match first, and refuses invalid requests', async () => {
  const demo = startDemo(['--for', '60']);
  const url = await demo.printed(/service: (http\S+)/);

  const sentence = 'does not grant permission to use the trade names, trademarks, service marks, or product names';
  const { results } = (await rerank(url, { query: sentence, top: 3 })).body;
  expect(results).toHaveLength(3);
  expect(results[0]?.source).toMatch(/^LICENSE:\d+$/);
  expect(results[0]?.text.replace(/\s+/g, ' ')).toContain(sentence);
  expect(results[0]?.score).toBeGreaterThan(results[1]?.score as number);

  const documents = ['A box of nails.', 'A bowl of fruit, apples and pears.', 'Nails of all lengths in one box.'];
  const own = (await rerank(url, { query: 'apples or other fruit', documents })).body.results;
  expect(own[0]?.index).toBe(1);
  expect(own).toHaveLength(3);

  const many = Array.from({ length: 200 }, (_, index) => `document ${index} about nails`);
  const split = (await rerank(url, { query: 'document 77', documents: many, top: 1 })).body.results;
  expect(split[0]).toMatchObject({ index: 77, text: many[77] });

  expect((await rerank(url, { query: 'xyzzyqwv' })).body).toEqual({ results: [] });
  expect(await rerank(url, '{')).toEqual({ status: 400, body: { error: 'the body is not JSON' } });
  expect(await rerank(url, { documents })).toMatchObject({ status: 400, body: { error: /query/ } });
  expect(await rerank(url, { query: 'fruit', documents: 'all' })).toMatchObject({ status: 400 });
  expect(await rerank(url, { query: 'fruit', documents: ['x'.repeat(300_000)] })).toMatchObject({ status: 413 });

  demo.child.kill('SIGINT');
  expect(await demo.end).toMatchObject({ code: 0 });
});

test('ends after the given time and prints a summary', async () => {
  const demo = startDemo(['--for', '3']);
  expect(await demo.end).toMatchObject({ code: 0 });
  const urls = [...demo.output().matchAll(/^(\w+): .*http/gm)].map(([, name]) => name);
  expect(urls).toEqual(['live', 'metrics', 'service']);
  expect(demo.output()).toMatch(/^requests +[1-9]\d* in \d+\.\d s$/m);
  expect(demo.output()).toMatch(/^errors +[1-9]\d* \w+ \d+/m);
  expect(demo.output()).toMatch(/^unexpected responses +0$/m);
  for (const row of ['requests per second', 'latency, mean', 'latency, p50', 'latency, p95', 'latency, largest']) {
    expect(demo.output()).toMatch(new RegExp(`^${row} +\\d+\\.\\d+`, 'm'));
  }
  expect(demo.output()).toMatch(/^documents scored +[1-9]/m);
  expect(demo.output()).toMatch(/^batches +[1-9]/m);
  expect(demo.output()).toMatch(/^batch size, mean +[1-9]\d*\.\d documents$/m);
  expect(demo.output()).toMatch(/^padding +\d+\.\d %/m);
});

test('runs without metrics', async () => {
  const demo = startDemo(['--for', '1'], { OTEL_METRICS_EXPORTER: 'none' });
  expect(await demo.end).toMatchObject({ code: 0 });
  expect(demo.output()).toContain('metrics: off');
  expect(demo.output()).toContain('No summary: metrics are off.');
});

test.each<[string[], number, RegExp]>([
  [['--help'], 0, /^Usage: npm run demo \[-- --for SECONDS\]\n\nRuns the server/],
  [['-h'], 0, /^Usage: npm run demo/],
  [['--for', 'x'], 1, /^--for x: expected seconds above 0, at most 86400\.\n$/],
  [['--for', '0'], 1, /^--for 0: expected seconds/],
  [['10'], 1, /^Unexpected argument '10'[\s\S]*\n\nUsage: npm run demo/],
  [['--seconds=1'], 1, /^Unknown option '--seconds'[\s\S]*\n\nUsage: npm run demo/],
])('the arguments %j are answered before anything starts', async (args, code, output) => {
  // At this level, a start of metrics is logged.
  const demo = startDemo(args, { OTEL_LOG_LEVEL: 'info' });
  expect(await demo.end).toMatchObject({ code, [code === 0 ? 'stderr' : 'stdout']: '' });
  expect(demo.output()).toMatch(output);
});

test.skipIf(process.platform !== 'linux')('the first URL on a terminal is that of the live page', async () => {
  const environment = { OTELIER_COLLECTORS: '', PORT: '0', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const command = `${process.execPath} ${demo} --for 1`;
  const { stdout } = await startProgram('script', ['-qec', command, '/dev/null'], environment).end;
  expect(stdout).toMatch(/^live: http:\S+\/\r\nmetrics: prometheus http:\S+\/metrics\r\nservice: http:\S+\r\n/);
});

test('ends if the given service port is in use, and goes on if the given metrics port is in use', async () => {
  const other = createServer().listen(0, 'localhost');
  await once(other, 'listening');
  const taken = String((other.address() as AddressInfo).port);
  try {
    const refused = startDemo(['--for', '1'], { PORT: taken });
    expect(await refused.end).toMatchObject({ code: 1 });
    expect(refused.output()).toContain(`Port ${taken} is in use: set PORT to another port`);

    const unharmed = startDemo(['--for', '1'], { OTEL_EXPORTER_PROMETHEUS_PORT: taken });
    expect(await unharmed.end).toMatchObject({ code: 0 });
    expect(unharmed.output()).toMatch(/^metrics: prometheus failed$/m);
    expect(unharmed.output().match(/OTEL_EXPORTER_PROMETHEUS_PORT/g)).toHaveLength(1);
    expect(unharmed.output()).toMatch(/documents scored +[1-9]/);
  } finally {
    other.close();
  }
});

/** Starts a demo on free ports, unless `environment` sets others. */
function startDemo(args: string[], environment: Record<string, string> = {}) {
  return startNode([demo, ...args], {
    OTELIER_COLLECTORS: '',
    PORT: '0',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    ...environment,
  });
}

async function scrape(url: string) {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const types = new Map(
    lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2, 4)) as [string, string][],
  );
  const sum = (name: string) =>
    samples
      .filter((line) => line.startsWith(`${name}{`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
  return { samples, types, sum };
}

interface Answer {
  readonly results: { index: number; source: string; text: string; score: number }[];
}

async function rerank(url: string, body: object | string) {
  const response = await fetch(`${url}/rerank`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
