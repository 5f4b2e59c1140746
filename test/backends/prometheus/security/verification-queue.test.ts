/** Fairness of the queue of password verifications among client addresses. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  type Verification,
  VerificationQueue,
} from '../../../../src/backends/prometheus/security/verification-queue.js';

/** A queue whose verifications the test settles one after the other. */
function controlled(maxQueued: number) {
  const queue = new VerificationQueue({ concurrency: 1, maxQueued });
  const started: string[] = [];
  const settles: ((outcome: boolean) => void)[] = [];
  const outcomes = new Map<string, Promise<Verification>>();
  return {
    queue,
    started,
    /** Adds a verification of an address, `192.0.2.1 first`. */
    add(name: string): Promise<Verification> {
      const outcome = queue.run(name.split(' ')[0] as string, () => {
        started.push(name);
        return new Promise((resolve) => settles.push(resolve));
      });
      outcomes.set(name, outcome);
      return outcome;
    },
    /** Ends the verification that runs; the next one starts. */
    async settle(outcome = false) {
      settles.shift()?.(outcome);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
    },
    async busy(): Promise<string[]> {
      await nextTurn();
      const pending = Symbol('pending');
      const settled = [...outcomes].map(async ([name, outcome]) => [name, await Promise.race([outcome, pending])]);
      return (await Promise.all(settled)).filter(([, outcome]) => outcome === 'busy').map(([name]) => String(name));
    },
  };
}

/** Returns a different address and network for each number. */
const spread = (i: number) => `10.${i >> 8}.${i & 255}.1`;
const attempts = (address: string, count: number) => Array.from({ length: count }, (_, i) => `${address} ${i}`);

test('an address takes the place of one that sent more attempts in a full queue, and comes next', async () => {
  const { add, started, settle, busy } = controlled(4);
  for (const name of attempts('192.0.2.1', 5)) add(name);
  add('198.51.100.1 0');
  expect(await busy()).toEqual(['192.0.2.1 3']);
  await settle();
  expect(started).toEqual(['192.0.2.1 0', '198.51.100.1 0']);
});

test('of equal addresses the newest and the oldest come in turn, and the middle gives up its place in a full queue', async () => {
  const { add, started, settle, busy } = controlled(3);
  for (const address of ['10.0.0.1', '10.0.1.1', '10.0.2.1', '10.0.3.1', '10.0.4.1']) add(`${address} 0`);
  expect(await busy()).toEqual(['10.0.3.1 0']);
  for (let i = 0; i < 3; i++) await settle();
  expect(started.slice(1)).toEqual(['10.0.4.1 0', '10.0.1.1 0', '10.0.2.1 0']);
});

test('an address that attempts more than all others is busy when the queue is full', async () => {
  const { add, busy } = controlled(2);
  for (const name of ['10.0.0.1 0', '10.0.1.1 0', '10.0.2.1 0', '10.0.0.1 1']) add(name);
  expect(await busy()).toEqual(['10.0.0.1 1']);
});

test('an address without refusals precedes addresses with refusals, of which the oldest comes next', async () => {
  const { add, started, settle } = controlled(64);
  for (const address of ['twice', 'twice', 'once']) {
    add(`${address} refused`);
    await settle(false);
  }
  add('running 0');
  for (const address of ['twice', 'once', 'fresh']) add(`${address} 0`);
  for (let i = 0; i < 4; i++) await settle();
  expect(started.slice(3)).toEqual(['running 0', 'fresh 0', 'twice 0', 'once 0']);
});

test.each([
  ['by a verification', false],
  ['without a verification', true],
])('an address that was accepted %s comes first', async (_, cached) => {
  const { add, started, settle, queue } = controlled(64);
  if (cached) queue.accept('scraper');
  else {
    add('scraper accepted');
    await settle(true);
  }
  started.length = 0;
  add('running 0');
  for (let i = 0; i < 10; i++) add(`fresh${i} 0`);
  add('scraper 0');
  await settle();
  expect(started).toEqual(['running 0', 'scraper 0']);
});

test('an acceptance also clears the attempts of the network, so that its other addresses are new', async () => {
  const { add, started, settle } = controlled(64);
  for (const name of ['10.0.0.1 0', '10.0.0.2 0']) {
    add(name);
    await settle(name === '10.0.0.2 0');
  }
  started.length = 0;
  for (const name of ['10.0.9.1 0', '10.0.0.3 0', '10.0.9.2 0', '10.0.9.3 0']) add(name);
  await settle();
  expect(started).toEqual(['10.0.9.1 0', '10.0.0.3 0']);
});

test('bounds the number of verifications that wait, and answers each', async () => {
  const { add, busy, settle, started } = controlled(64);
  for (let i = 0; i < 5_000; i++) add(`${spread(i)} 0`);
  expect(await busy()).toHaveLength(5_000 - 1 - 64);
  for (let i = 0; i < 65; i++) await settle();
  expect(started).toHaveLength(65);
});

test('rejects with the error of a verification, and runs the next one', async () => {
  const queue = new VerificationQueue({ concurrency: 1, maxQueued: 4 });
  const failed = queue.run('a', () => Promise.reject(new Error('no memory')));
  const next = queue.run('b', async () => true);
  await expect(failed).rejects.toThrow('no memory');
  expect(await next).toBe(true);
});
