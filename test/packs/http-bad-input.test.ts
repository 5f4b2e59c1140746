/** What the pack `http` is given that is wrong: counted, never thrown, and without growth. */
import { channel } from 'node:diagnostics_channel';
import { type HttpRecorder, http } from 'otelier/packs/http';
import { expect, test, vi } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { ask } from '../support/http-raw.js';
import { expectCounts, get, serve, start } from './http-traffic.js';

/** Throws when anything of it is read. */
const hostile = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), has: () => fail() });
function fail(): never {
  throw new Error('hostile');
}

type Bad = [what: string, tell: (recorder: HttpRecorder, request: object) => void, rejected: Record<string, number>];
const bad: Bad[] = [
  ['a template that is no text', (it, request) => it.route(request, 5 as never), { value_not_finite: 1 }],
  ['no template', (it, request) => it.route(request, undefined as never), { value_not_finite: 1 }],
  ['a pattern', (it, request) => it.route(request, /^a/ as never), { value_not_finite: 1 }],
  ['a hostile template', (it, request) => it.route(request, hostile as never), { value_not_finite: 1 }],
  ['a match that is no text', (it, request) => it.matched(request, hostile as never), { value_not_finite: 1 }],
  ['a match of no request', (it) => it.matched(undefined as never, '/a'), {}],
  ['a template that is empty', (it, request) => it.route(request, ''), {}],
  ['no request', (it) => it.route(undefined as never, '/a'), {}],
  ['a request that is none', (it) => it.route('/a' as never, '/a'), {}],
  ['a request of somebody else', (it) => it.route({}, '/a'), {}],
  ['a hostile request', (it) => it.route(hostile, '/a'), {}],
];

test.each(bad)('%s makes no route', async (_, tell, expected) => {
  const { recorder, server, rejected } = start({ client: false });
  const url = await serve((request, response) => {
    tell(recorder, request);
    response.end();
  });
  await ask(url);
  await expectCounts(server, { 'GET 200': 1 });
  expect(rejected()).toEqual(expected);
});

test('a template that is too long is cut, and counted', async () => {
  const { recorder, server, rejected } = start({ client: false });
  const url = await serve((request, response) => {
    recorder.route(request, `/${'a'.repeat(5_000)}`);
    response.end();
  });
  await ask(url);
  await expectCounts(server, { [`GET /${'a'.repeat(4_095)} 200`]: 1 });
  expect(rejected()).toEqual({ attribute_cut: 1 });
});

test('routes that are made up grow no series beyond the limit, and their number is right', async () => {
  const { recorder, server, rejected } = start({ client: false, routes: 3 });
  const url = await serve((request, response) => {
    recorder.route(request, request.url as string);
    response.end();
  });
  for (let id = 0; id < 300; id++) await get(`${url}/${id}`);
  await expectCounts(server, { 'GET /0 200': 1, 'GET /1 200': 1, 'GET /2 200': 1, 'GET _OTHER 200': 297 });
  expect(rejected()).toEqual({ attribute_other: 297 });
});

test('what an application is asked and throws, or answers wrongly, ignores nothing', async () => {
  const { server, client, rejected } = start({ ignoreIncoming: fail, ignoreOutgoing: () => 'yes' as never });
  const url = await serve((_, response) => response.end());
  await ask(url);
  await expectCounts(server, { 'GET 200': 1 });
  await expectCounts(client, { 'GET 127.0.0.1 200': 1 });
  expect(rejected()).toEqual({});
});

test('nonsense on the channels stays there', async () => {
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
  expect(rejected()['value_not_finite']).toBeGreaterThan(30);
});

test('errors without a name take no place of one that has one', async () => {
  const { client, rejected } = start({ server: false });
  const fail = (error: unknown) => {
    const request = { origin: 'http://a', method: 'GET', path: '/' };
    channel('undici:request:create').publish({ request });
    channel('undici:request:error').publish({ request, error });
  };
  const [kept, beyond] = [50, 10];
  const codes = Array.from({ length: kept + beyond }, (_, id) => `E${id}`);
  for (const error of ['a text', ...codes.map((code) => ({ code })), 'a text']) fail(error);
  await expectCounts(client, {
    ...Object.fromEntries(codes.slice(0, kept).map((code) => [`GET a ${code}`, 1])),
    'GET a _OTHER': 2 + beyond,
  });
  // Once, for the series that they share.
  expect(rejected()).toEqual({ attribute_other: 1 });
});

test('requests that never end are not kept', () => {
  const { rejected } = start();
  const began = (count: number) => {
    for (let id = 0; id < count; id++) {
      const request = { method: 'GET', httpVersion: '1.1', headers: {}, origin: 'http://a', path: `/${id}` };
      channel('undici:request:create').publish({ request });
      channel('http.server.request.start').publish({ request, response: {}, socket: { once() {} }, server: {} });
    }
  };
  // Tables that have grown once stay so large, empty as they are.
  began(20_000);
  const before = heapUsed();
  began(20_000);
  expect((heapUsed() - before) / 20_000).toBeLessThan(50);
  expect(rejected()).toEqual({});
});

test.each([
  ['an option that is none', { route: 1 }, 'http.route: expected a known option: namespace, server, client, routes'],
  ['a switch that is none', { server: 1 }, 'http.server: got 1, expected true or false'],
  ['a limit of nothing', { routes: 0 }, 'http.routes: got 0, expected a whole number from 1 to 2000'],
  ['a limit that is none', { servers: '5' }, 'http.servers: got "5"'],
  ['a host that is a URL', { hosts: ['http://a'] }, 'http.hosts: got ["http://a"], expected at most 60 names'],
  ['hosts that are none', { hosts: 'a' }, 'http.hosts: got "a"'],
  ['methods that are none', { methods: ['GET', 'A B'] }, 'http.methods: got ["GET","A B"], expected 1 to 60 names'],
  ['no methods', { methods: [] }, 'http.methods: got []'],
  ['a method twice', { methods: ['GET', 'GET'] }, 'http.methods: got ["GET","GET"]'],
  ['a filter that is none', { ignoreIncoming: '/health' }, 'http.ignoreIncoming: got "/health", expected a function'],
])('%s is refused', (_, options, message) => {
  expect(() => http(options as never)).toThrow(message);
});

test('every problem is in one error', () => {
  expect(() => http({ routes: 0, servers: 0, ignoreOutgoing: 5 } as never)).toThrow(
    /http\.routes[\s\S]*http\.servers[\s\S]*http\.ignoreOutgoing/,
  );
});

const methodsOf = (options = {}) =>
  http(options).catalogue.definitions.serverDuration.attributes['http.request.method'].values;

test('known methods come from the environment, unless the option says them', () => {
  const variable = 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS';
  vi.stubEnv(variable, 'GET, PROPFIND,GET,_OTHER');
  expect(methodsOf()).toEqual(['GET', 'PROPFIND', '_OTHER']);
  expect(methodsOf({ methods: ['PURGE'] })).toEqual(['PURGE', '_OTHER']);
  for (const wrong of ['', ' ', 'A B', 'GET,,POST']) {
    vi.stubEnv(variable, wrong);
    expect(methodsOf()).toHaveLength(11);
  }
  vi.unstubAllEnvs();
});

test('a known method is told, whatever it is', async () => {
  const { server } = start({ client: false, methods: ['GET', 'PROPFIND'] });
  const url = await serve((_, response) => response.end());
  for (const method of ['GET', 'POST', 'PROPFIND']) await ask(url, { method });
  await expectCounts(server, { 'GET 200': 1, '_OTHER 200': 1, 'PROPFIND 200': 1 });
});

test('a namespace is put before every name', () => {
  const { metrics } = http({ namespace: 'edge' }).catalogue;
  expect(metrics.every(({ name }) => name.startsWith('edge.http.'))).toBe(true);
});
