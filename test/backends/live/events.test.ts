/** The stream as server-sent events, from the own server and from mounted endpoints. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { maxBufferedBytes } from '../../../src/backends/live/server/frame-queue.js';
import { ask } from '../../support/http-raw.js';
import { mounts } from '../prometheus/frameworks.js';
import { afterwards, start } from '../prometheus/serving.js';
import { eventually, type FakeFeed, fakeFeed, serveLive, update, withFeed } from './fake-feed.js';

/** An open stream of events. */
interface Events {
  readonly response: IncomingMessage;
  /** Data of the events so far. */
  readonly data: string[];
  /** Everything received. */
  text(): string;
  readonly closed: Promise<void>;
  disconnect(): void;
}

function listen(url: string): Promise<Events> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(url, { agent: false }, (response) => {
      let text = '';
      const data: string[] = [];
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        data.splice(0, data.length, ...[...text.matchAll(/^data: (.*)\n\n/gm)].map(([, each = '']) => each));
      });
      response.on('error', () => undefined);
      const closed = new Promise<void>((done) => response.once('close', () => done()));
      resolve({ response, data, text: () => text, closed, disconnect: () => request.destroy() });
    });
    request.on('error', reject).end();
    afterwards(async () => request.destroy());
  });
}

const path = '/api/v1/metrics/events';
const watching = (feed: FakeFeed, count: number) => eventually(() => expect(feed.watches.size).toBe(count));

test('a client gets each frame as one event', async () => {
  const { origin, feed } = await serveLive();
  const events = await listen(`${origin}${path}?packs=gateway&interval=2000`);
  await watching(feed, 1);
  expect(events.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  expect(events.response.headers['content-length']).toBeUndefined();
  expect([...feed.watches][0]?.subscriptions).toEqual([{ type: 'subscribe', packs: ['gateway'], interval_ms: 2000 }]);
  feed.sendAll(JSON.stringify(update));
  feed.sendAll(JSON.stringify({ ...update, application_id: '</script>\n\ndata: <img onerror=alert(1)>' }));
  await eventually(() => expect(events.data).toHaveLength(2));
  expect(JSON.parse(events.data[0] as string)).toEqual(update);
  events.disconnect();
  await watching(feed, 0);
});

test('the default stream has no subscription', async () => {
  const { origin, feed } = await serveLive();
  await listen(origin + path);
  await watching(feed, 1);
  expect([...feed.watches][0]?.subscriptions).toEqual([undefined]);
});

test('clients of both kinds count together', async () => {
  const { origin, feed, stream } = await serveLive({ maxLiveClients: 2 });
  const events = await listen(origin + path);
  const socket = new WebSocket(stream);
  await watching(feed, 2);
  const refused = await ask(origin + path);
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
  expect(refused.text).toContain('OTELIER_PROMETHEUS_MAX_LIVE_CLIENTS');
  expect((await ask(`${origin}/api/v1/metrics/summary`)).status).toBe(503);
  expect((await ask(`${origin}/metrics`)).status).toBe(200);
  events.disconnect();
  await watching(feed, 1);
  expect((await ask(`${origin}/api/v1/metrics/summary`)).status).toBe(200);
  socket.terminate();
});

test('clients that connect at the same time are not more than the limit', async () => {
  const { origin, feed } = await serveLive({ maxLiveClients: 3 });
  const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => listen(origin + path)));
  await watching(feed, 3);
  expect(attempts.length).toBe(12);
});

test('a client that reads again gets the latest update', async () => {
  const { origin, feed } = await serveLive();
  const events = await listen(origin + path);
  await watching(feed, 1);
  events.response.pause();
  const padding = 'x'.repeat(900_000);
  for (let count = 0; count < 30; count++) {
    feed.sendAll(JSON.stringify({ count, padding: count < 12 ? padding : '' }));
    await new Promise(setImmediate);
  }
  events.response.resume();
  const counts = () => events.data.map((data) => (JSON.parse(data) as { count: number }).count);
  await eventually(() => expect(counts().at(-1)).toBe(29));
  expect(counts()).not.toContain(20);
});

test('a client that waits for more than 1 MB is disconnected', async () => {
  const { origin, feed } = await serveLive();
  const events = await listen(origin + path);
  await watching(feed, 1);
  events.response.pause();
  for (let count = 0; count < 100 && feed.watches.size > 0; count++) {
    feed.sendAll(JSON.stringify('x'.repeat(maxBufferedBytes / 4)), true);
    await new Promise(setImmediate);
  }
  await watching(feed, 0);
});

test('signs of life are comments', async () => {
  const { origin, feed } = await serveLive({}, { pingMs: 20 });
  const events = await listen(origin + path);
  await watching(feed, 1);
  await eventually(() => expect(events.text()).toMatch(/^:\n\n:\n\n/));
  expect(events.data).toEqual([]);
});

test('a shutdown ends the stream', async () => {
  const { metrics, origin, feed } = await serveLive();
  const events = await listen(origin + path);
  await watching(feed, 1);
  await metrics.shutdown();
  await events.closed;
  expect([feed.isClosed, feed.watches.size]).toEqual([true, 0]);
});

test.each(Object.entries(mounts))(
  '%s: page, values, events, and the WebSocket of the node server',
  async (name, mount) => {
    const feed = fakeFeed();
    const endpoint = withFeed(mountedPrometheus({ page: true, basePath: '/internal' }), feed);
    start({ backends: [endpoint], logLevel: 'none' });
    const origin = await mount(endpoint);
    expect((await ask(`${origin}/internal/`)).headers['content-security-policy']).toContain("default-src 'none'");
    expect(JSON.parse((await ask(`${origin}/internal/api/v1/metrics/summary`)).text)).toEqual(update);
    const events = await listen(`${origin}/internal${path}`);
    await watching(feed, 1);
    for (let count = 0; count < 3; count++) feed.sendAll(JSON.stringify({ count }), true);
    await eventually(() => expect(events.data).toEqual(['{"count":0}', '{"count":1}', '{"count":2}']));
    const head = await ask(`${origin}/internal${path}`, { method: 'HEAD' });
    expect([head.status, feed.watches.size]).toEqual([200, 1]);
    events.disconnect();
    await watching(feed, 0);
    expect(name).not.toBe('');
  },
);

test('a mounted endpoint serves the live view only if it is enabled', async () => {
  const endpoint = withFeed(mountedPrometheus(), fakeFeed());
  const metrics = start({ backends: [endpoint], logLevel: 'none', environment: {} });
  expect(metrics.settings.get('prometheus.page')).toMatchObject({ value: 'false', from: 'mountedPrometheus' });
  const answer = await endpoint.fetch(new Request('http://localhost/'));
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('OTELIER_PROMETHEUS_PAGE=true')]);
});
