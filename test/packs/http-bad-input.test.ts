/** Tests that the pack `http` counts invalid input, never throws, and stays bounded in memory. */
import { channel } from 'node:diagnostics_channel';
import { type HttpRecorder, http } from 'otelier/packs/http';
import { expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { ask } from '../support/http-raw.js';
import { expectCounts, get, serve, start } from './http-traffic.js';

/** Throws on any access. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}

type Bad = [
  title: string,
  setRoute: (recorder: HttpRecorder, request: object) => void,
  rejected: Record<string, number>,
];
const bad: Bad[] = [
  ['a template that is not a string', (it, request) => it.route(request, 5 as never), { value_not_finite: 1 }],
  ['an undefined template', (it, request) => it.route(request, undefined as never), { value_not_finite: 1 }],
  ['a pattern as template', (it, request) => it.route(request, /^a/ as never), { value_not_finite: 1 }],
  ['a hostile template', (it, request) => it.route(request, hostile as never), { value_not_finite: 1 }],
  [
    'a matched template that is not a string',
    (it, request) => it.matched(request, hostile as never),
    { value_not_finite: 1 },
  ],
  ['a matched template of an undefined request', (it) => it.matched(undefined as never, '/a'), {}],
  ['an empty template', (it, request) => it.route(request, ''), {}],
  ['an undefined request', (it) => it.route(undefined as never, '/a'), {}],
  ['a request that is not an object', (it) => it.route('/a' as never, '/a'), {}],
  ['an unknown request', (it) => it.route({}, '/a'), {}],
  ['a hostile request', (it) => it.route(hostile, '/a'), {}],
];

test.each(bad)('ignores %s', async (_, setRoute, expected) => {
  const { recorder, server, rejected } = start({ client: false });
  const url = await serve((request, response) => {
    setRoute(recorder, request);
    response.end();
  });
  await ask(url);
  await expectCounts(server, { 'GET 200': 1 });
  expect(rejected()).toEqual(expected);
});

test('truncates a template that is too long, and counts it', async () => {
  const { recorder, server, rejected } = start({ client: false });
  const url = await serve((request, response) => {
    recorder.route(request, `/${'a'.repeat(5_000)}`);
    response.end();
  });
  await ask(url);
  await expectCounts(server, { [`GET /${'a'.repeat(4_095)} 200`]: 1 });
  expect(rejected()).toEqual({ attribute_cut: 1 });
});

test('records routes beyond the limit as _OTHER, with an exact count', async () => {
  const { recorder, server, rejected } = start({ client: false, routes: 3 });
  const url = await serve((request, response) => {
    recorder.route(request, request.url as string);
    response.end();
  });
  for (let id = 0; id < 300; id++) await get(`${url}/${id}`);
  await expectCounts(server, { 'GET /0 200': 1, 'GET /1 200': 1, 'GET /2 200': 1, 'GET _OTHER 200': 297 });
  expect(rejected()).toEqual({ attribute_other: 297 });
});

test('measures a request when an ignore function throws or does not return true', async () => {
  const { server, client, rejected } = start({ ignoreIncoming: fail, ignoreOutgoing: () => 'yes' as never });
  const url = await serve((_, response) => response.end());
  await ask(url);
  await expectCounts(server, { 'GET 200': 1 });
  await expectCounts(client, { 'GET 127.0.0.1 200': 1 });
  expect(rejected()).toEqual({});
});

test('counts invalid channel messages and does not throw', async () => {
  const { collect, rejected } = start();
  const uncaught = vi.fn();
  process.prependListener('uncaughtException', uncaught);
  const channels = [
    'http.server.request.start',
    'http.server.response.finish',
    'tracing:fastify.request.handler:start',
    'http.client.request.start',
    'http.client.request.error',
    'undici:request:create',
    'undici:client:sendHeaders',
    'undici:request:headers',
    'undici:request:trailers',
    'undici:request:error',
  ];
  const nonsense = [undefined, null, 5, {}, hostile, { request: hostile }, { request: null, socket: {}, server: {} }];
  for (const name of channels) for (const message of nonsense) channel(name).publish(message);
  const request = { origin: 5, method: hostile, path: hostile };
  for (const name of channels) channel(name).publish({ request, response: {}, socket: {}, error: hostile });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', uncaught);
  expect(uncaught).not.toHaveBeenCalled();
  expect(await collect()).toEqual([]);
  expect(rejected()['event_unreadable']).toBeGreaterThan(30);
});

test('records exactly 50 error types and _OTHER; errors without a type do not use up the limit', async () => {
  const { client, rejected } = start({ server: false });
  const fail = (error: unknown) => {
    const request = { origin: 'http://a', method: 'GET', path: '/' };
    channel('undici:request:create').publish({ request });
    channel('undici:request:error').publish({ request, error });
  };
  const [limit, beyond] = [50, 10];
  const codes = Array.from({ length: limit + beyond }, (_, id) => `E${id}`);
  for (const error of ['a text', ...codes.map((code) => ({ code })), 'a text']) fail(error);
  await expectCounts(client, {
    ...Object.fromEntries(codes.slice(0, limit).map((code) => [`GET a ${code}`, 1])),
    'GET a _OTHER': 2 + beyond,
  });
  // Counted once, for the series that types beyond the limit share.
  expect(rejected()).toEqual({ attribute_other: 1 });
});

test('does not retain requests that never end', () => {
  const { rejected } = start();
  const publishStarts = (count: number) => {
    for (let id = 0; id < count; id++) {
      const request = { method: 'GET', httpVersion: '1.1', headers: {}, origin: 'http://a', path: `/${id}` };
      channel('undici:request:create').publish({ request });
      channel('http.server.request.start').publish({ request, response: {}, socket: { once() {} }, server: {} });
    }
  };
  // The first round grows hash tables, which do not shrink when they empty.
  publishStarts(20_000);
  const before = heapUsed();
  publishStarts(20_000);
  expect((heapUsed() - before) / 20_000).toBeLessThan(50);
  expect(rejected()).toEqual({});
});

test.each([
  ['an unknown option', { route: 1 }, 'http.route: expected a known option (did you mean "routes"?)'],
  ['a number as server', { server: 1 }, 'http.server: got 1, expected true or false'],
  ['a limit of 0', { routes: 0 }, 'http.routes: got 0, expected a whole number from 1 to 2000'],
  ['a string as limit', { servers: '5' }, 'http.servers: got "5"'],
  ['a URL as host', { hosts: ['http://a'] }, 'http.hosts: got ["http://a"], expected at most 60 different host names'],
  ['a string as hosts', { hosts: 'a' }, 'http.hosts: got "a"'],
  [
    'an invalid method name',
    { methods: ['GET', 'A B'] },
    'http.methods: got ["GET","A B"], expected 1 to 60 different method names',
  ],
  ['an empty list of methods', { methods: [] }, 'http.methods: got []'],
  ['a duplicate method', { methods: ['GET', 'GET'] }, 'http.methods: got ["GET","GET"]'],
  [
    'a string as ignore function',
    { ignoreIncoming: '/health' },
    'http.ignoreIncoming: got "/health", expected a function',
  ],
])('rejects %s', (_, options, message) => {
  expect(() => http(options as never)).toThrow(message);
});

test('reports all problems in one error', () => {
  expect(() => http({ routes: 0, servers: 0, ignoreOutgoing: 5 } as never)).toThrow(
    /http\.routes[\s\S]*http\.servers[\s\S]*http\.ignoreOutgoing/,
  );
});

const methodsOf = (options = {}) =>
  http(options).catalogue.definitions.serverDuration.attributes['http.request.method'].values;

test('takes known methods from the environment unless the option is set', () => {
  const variable = 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS';
  vi.stubEnv(variable, 'GET, PROPFIND,GET,_OTHER');
  expect(methodsOf()).toEqual(['GET', 'PROPFIND', '_OTHER']);
  expect(methodsOf({ methods: ['PURGE'] })).toEqual(['PURGE', '_OTHER']);
  for (const invalid of ['', ' ', 'A B', 'GET,,POST']) {
    vi.stubEnv(variable, invalid);
    expect(methodsOf()).toHaveLength(11);
  }
  vi.unstubAllEnvs();
});

test('records every configured method', async () => {
  const { server } = start({ client: false, methods: ['GET', 'PROPFIND'] });
  const url = await serve((_, response) => response.end());
  for (const method of ['GET', 'POST', 'PROPFIND']) await ask(url, { method });
  await expectCounts(server, { 'GET 200': 1, '_OTHER 200': 1, 'PROPFIND 200': 1 });
});

test('prefixes every metric name with the namespace', () => {
  const { metrics } = http({ namespace: 'edge' }).catalogue;
  expect(metrics.every(({ name }) => name.startsWith('edge.http.'))).toBe(true);
});
