/** Pack `application` on clients of a real Redis: BullMQ's queues and ioredis. */
import { once } from 'node:events';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { startMetrics } from 'otelier';
import { mountedPrometheus } from 'otelier/backends/prometheus';
import { application, bullQueue, redisClient } from 'otelier/collectors/application';
import { parseExposition } from 'otelier/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Program, startProgram } from '../support/program.js';
import { realServer } from './available.js';
import { freePorts } from './listening.js';

const server = realServer('REDIS');
/** A reading is used for some milliseconds. */
const polling = { timeout: 20_000, interval: 20 };

describe.skipIf(server.missing)(`Redis${server.note}`, () => {
  let program: Program;
  let connection: { host: string; port: number; maxRetriesPerRequest: null };
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
    program = startProgram(server.bin, [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--save',
      '',
      '--appendonly',
      'no',
    ]);
  });
  afterAll(() => program?.stop());

  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** Starts metrics whose sources are read at each collection. */
  function start() {
    const endpoint = mountedPrometheus({ withoutTargetInfo: true, withoutScopeLabels: true });
    const settings = { environment: {}, isolated: true, withoutSelfMetrics: true } as const;
    const packs = { app: application({ intervalMs: 0 }) };
    const metrics = startMetrics({ ...settings, backends: [endpoint], packs });
    stops.push(metrics.shutdown);
    /** Returns the values of the metric, by the values of its last label. */
    const values = async (metric: string): Promise<Readonly<Record<string, number>>> => {
      const text = await (await endpoint.fetch(new Request('http://localhost/metrics'))).text();
      const samples = parseExposition(text).find(({ name }) => name === metric)?.samples ?? [];
      return Object.fromEntries(samples.map(({ labels, value }) => [[...labels.values()].at(-1), value]));
    };
    return { app: metrics.app, values };
  }

  test('a queue of BullMQ: jobs by state, and the age of the oldest waiting job', async () => {
    const { app, values } = start();
    const queue = new Queue('mail', { connection });
    stops.push(() => queue.close());
    await queue.waitUntilReady();
    app.observeQueue('mail', bullQueue(queue));
    const items = () => values('queue_items');
    const age = () => values('queue_oldest_item_age_seconds');
    expect(await items()).toEqual({ waiting: 0, delayed: 0, active: 0, failed: 0 });
    expect(await age()).toEqual({});

    const hourAgo = Date.now() - 3_600_000;
    await queue.add('send', {}, { timestamp: hourAgo });
    await queue.addBulk(['a', 'b', 'c'].map((name) => ({ name, data: {} })));
    await queue.add('urgent', {}, { priority: 1 });
    await queue.add('later', {}, { delay: 3_600_000 });
    await expect.poll(items, polling).toEqual({ waiting: 5, delayed: 1, active: 0, failed: 0 });
    await expect.poll(async () => (await age())['mail'], polling).toBeGreaterThanOrEqual(3_600);
    expect((await age())['mail']).toBeLessThan(3_700);
    await queue.pause();
    await expect.poll(items, polling).toMatchObject({ waiting: 5 });
    await queue.resume();

    const active: { job: Job; end: (error?: Error) => void }[] = [];
    const run = (job: Job) =>
      new Promise<void>((resolve, reject) => {
        active.push({ job, end: (error) => (error === undefined ? resolve() : reject(error)) });
      });
    const worker = new Worker('mail', run, { connection, concurrency: 2 });
    stops.push(() => worker.close(true));
    await vi.waitFor(() => expect(active).toHaveLength(2), { timeout: 20_000 });
    await expect.poll(items, polling).toEqual({ waiting: 3, delayed: 1, active: 2, failed: 0 });
    await expect.poll(async () => (await age())['mail'], polling).toBeLessThan(100);

    await worker.pause(true);
    const failed = once(worker, 'failed');
    active[0]?.end(new Error('refused'));
    active[1]?.end();
    await failed;
    await vi.waitFor(async () => expect(await items()).toEqual({ waiting: 3, delayed: 1, active: 0, failed: 1 }), {
      timeout: 20_000,
    });
  });

  test('a client of ioredis: idle, busy with a command that blocks, and closed', async () => {
    const { app, values } = start();
    const client = new Redis(connection);
    const other = new Redis(connection);
    stops.push(() => other.quit());
    await Promise.all([client.ping(), other.ping()]);
    app.observePool('sessions', redisClient(client));
    const connections = () => values('db_client_connection_count');
    expect(await connections()).toEqual({ idle: 1, used: 0 });
    expect(await values('db_client_status')).toEqual({ ready: 1 });
    const popped = client.blpop('jobs', 0);
    await vi.waitFor(async () => expect(await connections()).toEqual({ idle: 0, used: 1 }));
    expect(await values('db_client_active_requests')).toEqual({ sessions: 1 });
    await other.rpush('jobs', 'x');
    await popped;
    // A reading is used for some milliseconds.
    await vi.waitFor(async () => expect(await connections()).toEqual({ idle: 1, used: 0 }));
    const closed = once(client, 'end');
    await client.quit();
    await closed;
    await vi.waitFor(async () => expect(await connections()).toEqual({ idle: 0, used: 0 }));
    expect(await values('db_client_status')).toEqual({ end: 1 });
  });

  test('a queue whose Redis is gone has no metrics, and delays no other source', async () => {
    const { app, values } = start();
    const [port = 0] = await freePorts(1);
    const client = new Redis({ ...connection, port });
    const queue = new Queue('mail', { connection: client });
    for (const emitter of [client, queue]) emitter.on('error', () => {});
    stops.push(() => client.disconnect());
    app.observeQueue('mail', bullQueue(queue));
    app.observeQueue('local', () => ({ oldestUnixMs: Date.now() }));
    const age = () => values('queue_oldest_item_age_seconds');
    for (let round = 0; round < 3; round++) expect(Object.keys(await age())).toEqual(['local']);
    expect(await values('queue_items')).toEqual({});
    expect(await values('otelier_application_failures_total')).toEqual({ mail: expect.any(Number) });
  });
});
