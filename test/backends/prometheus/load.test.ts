/** Many scrapes of much at once: all are answered, all with the same, and the application goes on meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, open } from '../../support/http-raw.js';
import { afterwards, serve, watchArrivals } from './serving.js';

/** How fast it is, `test/bench/scrape-load.mjs` measures; here there is room for a machine that does other things. */
const longestBlockMs = 3_000;

async function serveMany(series: number) {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < series; visitor++) metrics.crowd.visits.add(visitor + 0.5, { visitor });
  return { metrics, url };
}

test.each([
  ['in text', {}],
  ['in protobuf', { accept: 'application/vnd.google.protobuf' }],
  ['in text and packed', { 'accept-encoding': 'gzip' }],
])('200 scrapes of 10,000 series at once %s', async (_, headers: Record<string, string>) => {
  const { url } = await serveMany(10_000);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(url, { headers })));
  delay.disable();
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const [first, ...others] = answers.map(({ body }) => body);
  for (const body of others) expect(body.equals(first as Buffer)).toBe(true);
  const text = headers['accept-encoding'] === undefined ? first : gunzipSync(first as Buffer);
  if (headers.accept === undefined) {
    expect(text?.toString().match(/^crowd_visits_total{.*visitor="\d+".*} \d+\.5$/gm)).toHaveLength(10_000);
  }
  expect(delay.max / 1e6).toBeLessThan(longestBlockMs);
});

test('200 scrapes at once, each of some families and in packings of its own', async () => {
  const { metrics, url } = await serveMany(2_000);
  for (let visitor = 0; visitor < 2_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  const queries = ['', '?name[]=crowd_waits_seconds', '?name[]=crowd_waits_seconds&name[]=crowd_visits_total'];
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      ask(url + queries[index % 3], { headers: index % 2 === 0 ? {} : { 'accept-encoding': 'gzip' } }),
    ),
  );
  for (const { status, headers, body } of answers) {
    expect(status).toBe(200);
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    expect(text.toString().match(/^crowd_waits_seconds_count{/gm)).toHaveLength(2_000);
  }
});

test('scrapes while the application records are each of one moment', async () => {
  const { metrics, url } = await serveMany(2_000);
  const arrivals = watchArrivals();
  let recorded = 0;
  const recording = setInterval(() => {
    for (let visitor = 0; visitor < 500; visitor++) metrics.crowd.visits.add(1, { visitor });
    recorded += 500;
  }, 1);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(url))).finally(() => clearInterval(recording));
  expect(arrivals).toHaveLength(50);
  expect(recorded).toBeGreaterThan(0);
  const sumOf = (text: string) => {
    const values = [...text.matchAll(/^crowd_visits_total{.*} (\S+)$/gm)].map(([, value]) => Number(value));
    expect(values).toHaveLength(2_000);
    return values.reduce((sum, value) => sum + value, 0);
  };
  const beginning = (2_000 * 1_999) / 2 + 1_000;
  const sums = answers.map(({ text }) => sumOf(text));
  expect(Math.min(...sums)).toBeGreaterThanOrEqual(beginning);
  expect(Math.max(...sums)).toBeLessThanOrEqual(beginning + recorded);
  expect(sumOf((await ask(url)).text)).toBe(beginning + recorded);
});

test('what a slow client still reads does not change with the scrapes of others', async () => {
  const { metrics, url } = await serve();
  const recordAll = () => {
    for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  };
  recordAll();
  const arrivals = watchArrivals();
  const socket = await open(url);
  afterwards(async () => socket.destroy());
  const parts: Buffer[] = [];
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await new Promise<void>((resolve) => socket.once('data', (part: Buffer) => resolve(void parts.push(part))));
  socket.pause();
  for (let scrape = 2; scrape <= 4; scrape++) {
    recordAll();
    expect((await ask(url)).text).toMatch(new RegExp(`visitor="9999".*} ${scrape}$`, 'm'));
  }
  expect(arrivals[0]?.response.writableFinished).toBe(false);
  socket.on('data', (part: Buffer) => parts.push(part)).resume();
  await new Promise((resolve) => socket.once('close', resolve));
  const counts = [
    ...Buffer.concat(parts)
      .toString()
      .matchAll(/^crowd_waits\w*_count{[^\n]*} (\d+)$/gm),
  ];
  expect(counts).toHaveLength(10_000);
  expect(new Set(counts.map(([, count]) => count))).toEqual(new Set(['1']));
});
