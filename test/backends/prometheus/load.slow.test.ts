/** 200 concurrent scrapes: all succeed with identical bodies, and the event loop is not blocked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask } from '../../support/http-raw.js';
import { serve } from './serving.js';

/** Generous for a loaded machine; `test/bench/scrape-load.mjs` measures the speed. */
const maxBlockMs = 3_000;

async function serveMany(series: number) {
  const { metrics, url } = await serve();
  for (let visitor = 0; visitor < series; visitor++) metrics.crowd.visits.add(visitor + 0.5, { visitor });
  return { metrics, url };
}

test.each([
  ['in text', {}],
  ['in protobuf', { accept: 'application/vnd.google.protobuf' }],
  ['in text with gzip', { 'accept-encoding': 'gzip' }],
])('answers 200 concurrent scrapes of 10,000 series %s', async (_, headers: Record<string, string>) => {
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
  expect(delay.max / 1e6).toBeLessThan(maxBlockMs);
});

test('answers 200 concurrent scrapes of different families and encodings', async () => {
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
