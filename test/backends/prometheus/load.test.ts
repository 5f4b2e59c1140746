/** Concurrent scrapes of thousands of series while the application records and clients read slowly. */
import { expect, test } from 'vitest';
import { ask, open } from '../../support/http-raw.js';
import { afterwards, serve, watchArrivals } from './serving.js';

async function serveMany(series: number) {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < series; visitor++) metrics.crowd.visits.add(visitor + 0.5, { visitor });
  return { metrics, url };
}

test('each scrape is consistent while the application records', async () => {
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

test('later scrapes do not change a body that a slow client still reads', async () => {
  const { metrics, url } = await serve();
  const recordAll = () => {
    for (let visitor = 0; visitor < 10_000; visitor++) metrics.crowd.waits.record(1, { visitor });
  };
  recordAll();
  const arrivals = watchArrivals();
  const socket = await open(url);
  afterwards(async () => socket.destroy());
  const parts: Buffer[] = [];
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
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
