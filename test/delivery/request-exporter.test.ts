/** The export chain with a spool: requests that are under way while the disk changes are counted and delivered once. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openAccount } from '../../src/delivery/account.js';
import type { PostResult } from '../../src/delivery/http-response.js';
import type { Queue } from '../../src/delivery/queue.js';
import { requestExporter } from '../../src/delivery/request-exporter.js';
import { openSpool } from '../../src/delivery/spool/spool.js';
import { systemClock as clock } from '../../src/model/clock.js';
import type { Collected } from '../../src/model/collected.js';
import type { EncodedRequest } from '../../src/model/request.js';
import { closing, spoolPlace } from './spool-place.js';

const accepted: PostResult = { kind: 'accepted', body: new Uint8Array() };
const failed: PostResult = { kind: 'failed', reason: 'HTTP 503', ambiguous: false };

/** A chain over one spool, with a client that the test provides. `export` delivers the given requests. */
async function chainOver(post: (body: Uint8Array) => Promise<PostResult>, maxBytes = 1_000_000) {
  const { directory } = spoolPlace();
  const account = openAccount({ name: 'test', clock, where: () => undefined, warn() {}, onDelivery() {} });
  const open = async () => {
    const location = { directory, maxBytes, maxAgeMs: 1_000_000_000 };
    const { dropped } = account;
    const spool = await openSpool({ location, name: 'test', identity: 'test', clock, warn() {}, dropped });
    closing.push(() => spool?.close());
    return spool as Queue;
  };
  const exporter = requestExporter({
    client: { post, close() {} },
    account,
    clock,
    intervalMs: 1_000,
    spool: await open(),
    aggregation: () => ({ type: 0 }),
    temporality: () => 0,
    encode: async (collected) => ({ requests: collected as unknown as EncodedRequest[], oversized: 0 }),
  });
  closing.push(() => exporter.close());
  const flush = new AbortController().signal;
  const send = (requests: readonly EncodedRequest[], timeoutMs = 5_000) =>
    exporter.export(async () => requests as unknown as Collected, { timeoutMs, flush });
  const total = () => {
    const { points, waiting } = account.status();
    const dropped = Object.values(points.dropped).reduce((sum, count) => sum + count, 0);
    return points.exported + points.rejected + dropped + (waiting?.points ?? 0);
  };
  return { account, directory, exporter, open, send, total };
}

/** A client whose attempt number `heldAttempt` waits until the test releases it. */
function heldAt(heldAttempt: number) {
  const sent: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const post = async (body: Uint8Array) => {
    sent.push(Buffer.from(body).toString('latin1'));
    if (sent.length === heldAttempt) await released;
    return accepted;
  };
  return { post, sent, release: () => release() };
}

test('a request under way is not dropped to make room', async () => {
  const { post, sent, release } = heldAt(2);
  const { send, total, account } = await chainOver(post, 2_500);
  const request = () => ({ body: randomBytes(1_000), points: 1 });
  await send([request()]);
  expect(await send([request(), request()], 100)).toMatchObject({ kind: 'kept' });
  await send([request(), request()], 50);
  release();
  await vi.waitFor(() => expect(account.status()).not.toHaveProperty('waiting'));
  expect(total()).toBe(5);
  expect(new Set(sent).size).toBe(sent.length);
});

test('a request under way is delivered once although older files are taken over meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const { post, sent, release } = heldAt(2);
  const { send, open, account, total } = await chainOver(post);
  await send([{ body: Buffer.from('first'), points: 1 }]);
  const other = await open();
  await other.add([{ body: Buffer.from('older'), points: 1 }]);
  // Files are ordered by the millisecond in which they were stored.
  const storedMs = Date.now();
  await vi.waitUntil(() => Date.now() > storedMs);
  expect(await send([{ body: Buffer.from('under way'), points: 1 }], 50)).toMatchObject({ kind: 'kept' });
  await other.close();
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.waitFor(() => expect(account.status().waiting).toMatchObject({ requests: 2 }));
  release();
  await vi.waitFor(() => expect(account.status()).not.toHaveProperty('waiting'));
  await send([]);
  expect(sent).toEqual(['first', 'under way', 'older']);
  expect(total()).toBe(3);
});

test.each(['cannot be read', 'are absent'])(
  'points of stored files that %s are counted as not kept',
  async (problem) => {
    let result: PostResult = failed;
    const { send, directory, account, total } = await chainOver(async () => result);
    for (const text of ['a', 'b', 'c']) await send([{ body: Buffer.from(text), points: 1 }], 50);
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.request'),
    );
    const file = join(directory, files.sort()[1] as string);
    rmSync(file);
    if (problem === 'cannot be read') mkdirSync(file);
    result = accepted;
    await send([]);
    expect(account.status().points).toEqual({ exported: 2, rejected: 0, dropped: { 'not kept': 1 } });
    expect(total()).toBe(3);
  },
);
