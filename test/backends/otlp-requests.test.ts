/** OTLP requests in protobuf: size limit, partly accepted collections, and partial success. */
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { afterEach, expect, test } from 'vitest';
import { pointsOfRequest } from '../formats/otlp/message.js';
import { type Answer, startHttpPeer } from '../support/http-peer.js';

const series = 100;
const jobs = defineCatalogue({
  done: counter({ name: 'jobs.done', unit: '{job}', description: 'Jobs done.', attributes: { queue: text() } }),
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof otlp>[0], answer: (count: number) => Answer) {
  const peer = await startHttpPeer((_, count) => answer(count));
  closing.push(peer.close);
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    withoutSelfMetrics: true,
    catalogues: { jobs },
    backends: [otlp({ endpoint: `${peer.url}/v1/metrics`, ...options })],
  });
  closing.push(metrics.shutdown);
  const add = (value: number) => {
    for (let queue = 0; queue < series; queue++) metrics.jobs.done.add(value, { queue: `q${queue}` });
  };
  return { peer, metrics, add };
}

/** Returns the sums by queue over requests. */
function sumsOf(bodies: readonly Buffer[]): number[] {
  const sums = new Map<string, number>();
  for (const { attributes, as_double } of bodies.flatMap(pointsOfRequest)) {
    const queue = JSON.stringify(attributes);
    sums.set(queue, (sums.get(queue) ?? 0) + (as_double as number));
  }
  return [...sums.values()];
}

test('splits a collection above the limit, each point in one request', async () => {
  const { peer, metrics, add } = await start({ maxRequestBytes: 4_096 }, () => ({ status: 200 }));
  add(2);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests.length).toBeGreaterThan(1);
  for (const { body } of peer.requests) expect(body.length).toBeLessThanOrEqual(4_096);
  expect(sumsOf(peer.requests.map(({ body }) => body))).toEqual(new Array(series).fill(2));
});

test('completes a partly accepted collection later without loss or duplicates', async () => {
  const accepted: number[] = [];
  // The second request fails, and so does the first of the next export.
  const { peer, metrics, add } = await start({ maxRequestBytes: 4_096, temporality: 'delta' }, (count) => {
    if (count === 2 || count === 3) return { status: 503 };
    accepted.push(count - 1);
    return { status: 200 };
  });
  const status = () => metrics.status().backends[0];
  add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  expect(status()?.waiting?.points).toBe(series - (status()?.points.exported as number));
  expect(status()?.waiting?.bytes).toBeGreaterThan(1_000);
  add(10);
  expect(await metrics.forceFlush()).toMatchObject({ ok: false });
  add(100);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  const bodies = accepted.map((index) => peer.requests[index]?.body as Buffer);
  expect(sumsOf(bodies)).toEqual(new Array(series).fill(111));
  expect(status()).not.toHaveProperty('waiting');
});

test('counts points of a partial success as rejected and does not send the request again', async () => {
  // partial_success { rejected_data_points: 7, error_message: "too\nold" }
  const body = '\x0a\x0b\x08\x07\x12\x07too\nold';
  const { peer, metrics, add } = await start({}, () => ({ status: 200, body }));
  add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests).toHaveLength(1);
  expect(metrics.status().backends[0]).toMatchObject({
    state: 'ok',
    delivered: 1,
    points: { exported: series - 7, rejected: 7, dropped: {} },
  });
});

test.each([
  [-5, 0],
  [0, 0],
  [series - 1, series - 1],
  [series, series],
  [series + 1, series],
  [1e15, series],
])('%d rejected points of 100 count as %d', async (rejectedDataPoints, rejected) => {
  const body = JSON.stringify({ partialSuccess: { rejectedDataPoints, errorMessage: 'no' } });
  const { metrics, add } = await start({}, () => ({ status: 200, body }));
  add(1);
  await metrics.forceFlush();
  expect(metrics.status().backends[0]?.points).toEqual({ exported: series - rejected, rejected, dropped: {} });
});

test('a negative count in protobuf says nothing', async () => {
  // Field 1 of `partial_success`, -1 as a varint of ten bytes.
  const body = Buffer.from([0x0a, 0x0b, 0x08, ...new Array(9).fill(0xff), 0x01]);
  const { metrics, add } = await start({}, () => ({ status: 200, body }));
  add(1);
  await metrics.forceFlush();
  expect(metrics.status().backends[0]?.points).toEqual({ exported: series, rejected: 0, dropped: {} });
});

test('logs each new reason of a partial success, also a missing one', async () => {
  const messages: string[] = [];
  const ignore = () => undefined;
  diag.setLogger({ error: ignore, warn: (text) => messages.push(text), info: ignore, debug: ignore, verbose: ignore });
  closing.push(async () => diag.disable());
  const answers: readonly [rejected: number, reason: string, logged: string[]][] = [
    [3, '', ['rejected 3 data points: no reason given; not retried']],
    [4, '', []],
    [1, 'too old', ['rejected 1 data point: too old; not retried']],
    [2, 'too old', []],
    [0, 'deprecated', ['rejected 0 data points: deprecated; not retried']],
    [5, '', ['rejected 5 data points: no reason given; not retried']],
  ];
  const { metrics, add } = await start({}, (count) => {
    const [rejected, reason] = answers[count - 1] ?? [0, ''];
    const partial = `\x08${String.fromCharCode(rejected)}\x12${String.fromCharCode(reason.length)}${reason}`;
    return { status: 200, body: `\x0a${String.fromCharCode(partial.length)}${partial}` };
  });
  for (const [, , logged] of answers) {
    messages.length = 0;
    add(1);
    await metrics.forceFlush();
    expect(messages).toEqual(logged.map((text) => expect.stringContaining(text)));
  }
  expect(metrics.status().backends[0]?.points.rejected).toBe(15);
});

test('removes keys from the message of a partial success', async () => {
  const messages: string[] = [];
  const ignore = () => undefined;
  diag.setLogger({ error: ignore, warn: (text) => messages.push(text), info: ignore, debug: ignore, verbose: ignore });
  closing.push(async () => diag.disable());
  // partial_success { rejected_data_points: 1, error_message: "key s3cret-key" }
  const body = '\x0a\x12\x08\x01\x12\x0ekey s3cret-key';
  const { metrics, add } = await start({ headers: { 'api-key': 's3cret-key' } }, () => ({ status: 200, body }));
  add(1);
  await metrics.forceFlush();
  expect(messages.filter((text) => text.includes('partial success'))).toEqual([
    expect.stringContaining('rejected 1 data point: key [redacted]'),
  ]);
});
