/** Fairness of the queue of password verifications among client addresses. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  networkOf,
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

const attempts = (address: string, count: number) => Array.from({ length: count }, (_, i) => `${address} ${i}`);

test('an address takes the place of one that has more verifications in a full queue, and comes next', async () => {
  const { add, started, settle, busy } = controlled(4);
  for (const name of attempts('attacker', 5)) add(name);
  add('scraper 0');
  expect(await busy()).toEqual(['attacker 4']);
  await settle();
  expect(started).toEqual(['attacker 0', 'scraper 0']);
});

test('an address has one place although the queue is full of first verifications of others', async () => {
  const { add, started, settle, busy } = controlled(4);
  for (let i = 0; i < 20; i++) add(`attacker${i} 0`);
  add('scraper 0');
  add('scraper 1');
  expect(await busy()).toEqual(['scraper 1']);
  for (let i = 0; i < 20; i++) await settle();
  expect(started).toHaveLength(21);
  expect(started.at(-1)).toBe('scraper 0');
});

test('an address without refusals precedes addresses with refusals, and the one with the fewest comes next', async () => {
  const { add, started, settle } = controlled(64);
  for (const address of ['twice', 'twice', 'once']) {
    add(`${address} refused`);
    await settle(false);
  }
  add('running 0');
  for (const address of ['twice', 'once', 'fresh']) add(`${address} 0`);
  for (let i = 0; i < 4; i++) await settle();
  expect(started.slice(3)).toEqual(['running 0', 'fresh 0', 'once 0', 'twice 0']);
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

test('a flood of 200 addresses with 20 wrong passwords each delays another one by at most one round', async () => {
  const { add, started, settle } = controlled(64);
  for (const round of [...Array(20).keys()]) for (let i = 0; i < 200; i++) add(`attacker${i} ${round}`);
  const outcome = add('scraper 0');
  for (let i = 0; i < 201 && !started.includes('scraper 0'); i++) await settle();
  expect(started.at(-1)).toBe('scraper 0');
  await settle(true);
  expect(await outcome).toBe(true);
});

test('bounds the number of addresses that wait', async () => {
  const { add, busy } = controlled(64);
  for (let i = 0; i < 5_000; i++) add(`attacker${i} 0`);
  expect(await busy()).toHaveLength(5_000 - 1 - 64 - 1_024);
});

test('rejects with the error of a verification, and runs the next one', async () => {
  const queue = new VerificationQueue({ concurrency: 1, maxQueued: 4 });
  const failed = queue.run('a', () => Promise.reject(new Error('no memory')));
  const next = queue.run('b', async () => true);
  await expect(failed).rejects.toThrow('no memory');
  expect(await next).toBe(true);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0DB8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('the client %j is %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
