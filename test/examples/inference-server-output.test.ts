/** Output of the demo of example 03: its URLs, its progress, and its summary. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { startMetrics } from 'otelier';
import { inference } from 'otelier/packs/inference';
import { InMemoryReader } from 'otelier/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { avoidUsedPorts } from '../../examples/03-inference-server/free-ports.ts';
import { showProgress } from '../../examples/03-inference-server/progress.ts';
import { progressLine, summaryTable } from '../../examples/03-inference-server/summary.ts';
import { urlLines } from '../../examples/03-inference-server/urls.ts';
import { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const service = 'http://localhost:8080';

test.each<[string, { status: number; headers?: Record<string, string>; body?: string }, boolean]>([
  ['a page', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html>' }, true],
  ['no page', { status: 404, headers: { 'content-type': 'text/html' } }, false],
  ['another answer', { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }, false],
])('the first URL is that of the live page if the endpoint serves %s', async (_, answer, isPage) => {
  const peer = await startHttpPeer(() => answer);
  stops.push(peer.close);
  const { origin } = new URL(peer.url);
  const lines = await urlLines([{ name: 'prometheus', state: 'waiting', url: `${origin}/metrics` }], service);
  const others = [`metrics: prometheus ${origin}/metrics`, `service: ${service}`];
  expect(lines).toEqual(isPage ? [`live: ${origin}/`, ...others] : others);
});

test('a failing backend has no URL, and without backends metrics are off', async () => {
  const failing = { name: 'prometheus', state: 'failing', url: 'http://localhost:1/metrics' } as const;
  expect(await urlLines([failing], service)).toEqual(['metrics: prometheus failed', `service: ${service}`]);
  expect(await urlLines([{ name: 'console', state: 'ok' }], service)).toEqual([
    'metrics: console',
    `service: ${service}`,
  ]);
  expect(await urlLines([], service)).toEqual(['metrics: off', `service: ${service}`]);
});

test('a port in use is replaced, a free one and a given one are not', async () => {
  const [used, freed] = [createServer().listen(0, 'localhost'), createServer().listen(0, 'localhost')];
  await Promise.all([once(used, 'listening'), once(freed, 'listening')]);
  const [usedPort, freePort] = [used, freed].map((server) => (server.address() as AddressInfo).port) as [
    number,
    number,
  ];
  stops.push(() => used.close());
  freed.close();
  await once(freed, 'close');
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const environment = { USED: undefined, GIVEN: '5', FREE: undefined };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  stops.push(() => vi.unstubAllEnvs(), printed.mockRestore);
  await avoidUsedPorts([
    { variable: 'USED', port: usedPort },
    { variable: 'GIVEN', port: usedPort },
    { variable: 'FREE', port: freePort },
  ]);
  expect([process.env['USED'], process.env['GIVEN'], process.env['FREE']]).toEqual(['0', '5', undefined]);
  expect(printed.mock.calls).toEqual([
    [`Port ${usedPort} is in use. A free port is used instead; USED selects another.`],
  ]);
});

/** Shows a line that counts its calls, for a number of seconds, and returns what was written. */
function shown(output: { isTTY?: boolean; columns?: number }, seconds: number, text = 'line'): string {
  vi.useFakeTimers();
  stops.push(() => vi.useRealTimers());
  let written = '';
  let calls = 0;
  const write = (part: string) => {
    written += part;
  };
  const end = showProgress({ ...output, write }, () => `${text} ${++calls}`);
  vi.advanceTimersByTime(seconds * 1_000);
  end();
  expect(vi.getTimerCount()).toBe(0);
  return written;
}

test.each<[string, { isTTY?: boolean; columns?: number }, number, string, string]>([
  [
    'redraws each second on a terminal',
    { isTTY: true, columns: 80 },
    2,
    'line',
    '\r\x1b[Kline 1\r\x1b[Kline 2\r\x1b[Kline 3\r\x1b[Kline 4\n',
  ],
  ['fits a narrow terminal', { isTTY: true, columns: 5 }, 0, 'line', '\r\x1b[Kline\r\x1b[Kline\n'],
  [
    'fits a terminal of unknown width',
    { isTTY: true, columns: 0 },
    0,
    'x'.repeat(99),
    `\r\x1b[K${'x'.repeat(79)}\r\x1b[K${'x'.repeat(79)}\n`,
  ],
  ['prints a line every five seconds elsewhere', {}, 14, 'line', 'line 1\nline 2\n'],
  ['prints nothing in a short run elsewhere', {}, 4, 'line', ''],
])('the progress %s', (_, output, seconds, text, expected) => {
  expect(shown(output, seconds, text)).toBe(expected);
});

test('the progress and the table show the values of the summary', () => {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    readers: [new InMemoryReader()],
    packs: { inference: inference() },
  });
  stops.push(metrics.shutdown);
  const load = { seconds: 10, unexpected: 0 };
  expect(progressLine(metrics.summary().inference)).toBe('0 requests, 0.0 per second, p95 – ms, 0 errors');
  expect(summaryTable(metrics.summary().inference, load)).toMatch(/^latency, mean +– ms$/m);
  for (let request = 0; request < 40; request++) {
    metrics.inference.request({
      totalSeconds: 0.02,
      documents: 24,
      ...(request % 20 === 0 ? { errorType: 'invalid' } : {}),
    });
  }
  metrics.inference.batch({ sequences: 24, tokens: 300, paddingTokens: 100, longestSequence: 20 });
  clock.advance(10_000);
  const server = metrics.summary().inference;
  const one = { ...server, requestCount: { ...server.requestCount, total: 1 } };
  expect(progressLine({ ...one, requestErrors: { ...server.requestErrors, total: 1 } })).toBe(
    '1 request, 4.0 per second, p95 20.00 ms, 1 error',
  );
  expect(progressLine(server)).toBe('40 requests, 4.0 per second, p95 20.00 ms, 2 errors');
  expect(summaryTable(server, load).split('\n')).toEqual([
    'requests                 40 in 10.0 s',
    'errors                    2 invalid 2',
    'unexpected responses      0',
    'requests per second     4.0',
    'latency, mean         20.00 ms',
    'latency, p50          20.00 ms',
    'latency, p95          20.00 ms',
    'latency, p99          20.00 ms',
    'latency, largest      20.00 ms',
    'documents scored        960',
    'batches                   1',
    'batch size, mean       24.0 documents',
    'padding                25.0 % of the tokens sent to the model',
  ]);
});
