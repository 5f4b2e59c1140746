/** Adapters of pack `application` on the libraries themselves, without servers of other projects. */
import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createPool } from 'generic-pool';
import { Cluster, Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import {
  genericPool,
  lruCache,
  pgPool,
  type RedisClient,
  redisClient,
  tarnPool,
  undiciPool,
} from 'otelier/collectors/application';
import { Pool as PostgresPool } from 'pg';
import { Pool as TarnPool } from 'tarn';
import { Agent, Client, Pool as HttpPool } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Starts a server of PostgreSQL's protocol that answers a query when `answer` is called. */
async function postgresPeer() {
  const queries: (() => void)[] = [];
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const type = String.fromCharCode(data[0] as number);
      // The start of a connection has no type.
      if (type === '\0') socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      else if (type === 'Q')
        queries.push(() => socket.write(Buffer.concat([message('C', Buffer.from('SELECT 0\0')), ready])));
    });
  });
  const port = await listening(server);
  return { port, queries, answer: () => queries.shift()?.() };
}

test('pgPool: connections in use and idle, and the queries that wait', async () => {
  const { port, queries, answer } = await postgresPeer();
  const pool = new PostgresPool({ host: '127.0.0.1', port, user: 'test', max: 2, idleTimeoutMillis: 60_000 });
  stops.push(() => pool.end());
  const read = pgPool(pool);
  expect(read()).toEqual({ used: 0, idle: 0, max: 2, pendingRequests: 0 });
  const results = Array.from({ length: 5 }, () => pool.query('SELECT 1'));
  await vi.waitFor(() => expect(queries).toHaveLength(2));
  expect(read()).toEqual({ used: 2, idle: 0, max: 2, pendingRequests: 3 });
  for (let answered = 0; answered < 5; answered++) {
    await vi.waitFor(() => expect(queries).not.toHaveLength(0));
    answer();
    await vi.waitFor(async () => expect(await Promise.race([results[answered], undefined])).toBeDefined());
  }
  expect(read()).toEqual({ used: 0, idle: 2, max: 2, pendingRequests: 0 });
});

test('tarnPool and genericPool: resources in use and idle, and those that wait', async () => {
  const create = async () => ({});
  const tarn = new TarnPool({ create, destroy: () => {}, min: 0, max: 1 });
  const generic = createPool({ create, destroy: async () => {} }, { max: 1 });
  stops.push(
    () => tarn.destroy(),
    async () => {
      await generic.drain();
      await generic.clear();
    },
  );
  const [ofTarn, first] = [await tarn.acquire().promise, await generic.acquire()];
  const waiting = [tarn.acquire().promise, generic.acquire()] as const;
  for (const read of [tarnPool(tarn), genericPool(generic)])
    expect(read()).toEqual({ used: 1, idle: 0, max: 1, pendingRequests: 1 });
  tarn.release(ofTarn);
  await generic.release(first);
  tarn.release(await waiting[0]);
  await generic.release(await waiting[1]);
  for (const read of [tarnPool(tarn), genericPool(generic)])
    expect(read()).toEqual({ used: 0, idle: 1, max: 1, pendingRequests: 0 });
});

test('undiciPool: connections and requests of an Agent by origin, of a Pool and of a Client', async () => {
  const responses: ServerResponse[] = [];
  const port = await listening(createHttpServer((_, response) => void responses.push(response)));
  const origin = `http://127.0.0.1:${port}`;
  const requests: Promise<unknown>[] = [];
  const dispatchers = {
    agent: new Agent({ connections: 2 }),
    pool: new HttpPool(origin, { connections: 2 }),
    client: new Client(origin),
  };
  const agent = undiciPool(dispatchers.agent);
  const pool = undiciPool(dispatchers.pool, origin);
  const client = undiciPool(dispatchers.client);
  expect(agent()).toEqual({ servers: [] });
  expect(client()).toEqual({
    servers: [{ origin: undefined, active: 0, idle: 0, activeRequests: 0, pendingRequests: 0 }],
  });
  for (const dispatcher of Object.values(dispatchers)) {
    stops.push(() => dispatcher.close());
    for (let request = 0; request < 3; request++)
      requests.push(dispatcher.request({ origin, path: '/', method: 'GET' }).then(({ body }) => body.dump()));
  }
  await vi.waitFor(() => expect(responses).toHaveLength(5));
  const busy = { origin, active: 2, idle: 0, activeRequests: 2, pendingRequests: 1 };
  expect(agent()).toEqual({ servers: [busy] });
  expect(pool()).toEqual({ servers: [busy] });
  expect(client()).toEqual({
    servers: [{ ...busy, origin: undefined, active: 1, activeRequests: 1, pendingRequests: 2 }],
  });
  await vi.waitFor(() => {
    for (const response of responses.splice(0)) response.end('x');
    for (const { servers } of [agent(), pool(), client()])
      expect(servers).toMatchObject([{ active: 0, activeRequests: 0, pendingRequests: 0 }]);
  });
  await Promise.all(requests);
  expect(pool()).toMatchObject({ servers: [{ idle: 2 }] });
  expect(client()).toMatchObject({ servers: [{ idle: 1 }] });
});

test('lruCache: entries and sizes, with limits where the cache has them', () => {
  const byCount = new LRUCache<string, string>({ max: 2 });
  const bySize = new LRUCache<string, string>({ maxSize: 10, sizeCalculation: (value) => value.length });
  const byTime = new LRUCache<string, string>({ ttl: 1_000, ttlAutopurge: true });
  stops.push(() => byTime.clear());
  for (const cache of [byCount, bySize, byTime]) for (const key of ['a', 'b', 'c']) cache.set(key, 'four');
  expect(lruCache(byCount)()).toEqual({ entries: 2, maxEntries: 2 });
  expect(lruCache(bySize)()).toEqual({ entries: 2, bytes: 8, maxBytes: 10 });
  expect(lruCache(byTime)()).toEqual({ entries: 3 });
  bySize.clear();
  expect(lruCache(bySize)()).toEqual({ entries: 0, bytes: 0, maxBytes: 10 });
});

test('redisClient: a client that is not connected, its status, and the commands that wait', async () => {
  const client = new Redis({ lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  const read = redisClient(client);
  expect(read()).toEqual({ used: 0, idle: 0, activeRequests: 0, pendingRequests: 0, status: 'wait' });
  // Accepts connections and never answers.
  const port = await listening(createServer((socket) => void socket.on('error', () => {})));
  const mute = new Redis({ port, host: '127.0.0.1', enableReadyCheck: true, retryStrategy: () => null });
  stops.push(() => mute.disconnect());
  mute.on('error', () => {});
  const commands = [mute.get('a'), mute.get('b')].map((command) => command.catch(() => undefined));
  await vi.waitFor(() => expect(redisClient(mute)()).toMatchObject({ pendingRequests: 2, status: 'connect' }));
  expect(redisClient(mute)()).toMatchObject({ used: 0, idle: 0 });
  mute.disconnect();
  await Promise.all(commands);
  await vi.waitFor(() => expect(redisClient(mute)()).toMatchObject({ pendingRequests: 0, status: 'end' }));
});

test('redisClient: the connections of a cluster', () => {
  const cluster = new Cluster([], { lazyConnect: true });
  cluster.on('error', () => {});
  expect(redisClient(cluster)()).toMatchObject({ used: 0, idle: 0, status: 'wait' });
  const node = (status: string, commands: number) => ({ status, commandQueue: { length: commands } });
  const nodes = [node('ready', 0), node('ready', 3), node('ready', 1), node('reconnecting', 2)];
  const busy: RedisClient = { status: 'ready', nodes: () => nodes };
  expect(redisClient(busy)()).toEqual({ used: 2, idle: 1, activeRequests: 6, pendingRequests: 0, status: 'ready' });
});
