import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCredentialVerifier } from '../../../../src/backends/prometheus/security/credential-verifier.js';

/** Verifications that the test settles, in the order in which they started. */
function controlled() {
  const started: { resolve(outcome: boolean): void; reject(error: Error): void }[] = [];
  const verify = () => new Promise<boolean>((resolve, reject) => started.push({ resolve, reject }));
  return { started, verify };
}

const client = '192.0.2.1';
const right = async () => true;
const wrong = async () => false;

test('does not verify accepted credentials again', async () => {
  const verifier = createCredentialVerifier();
  expect(await verifier('a', client, right)).toBe(true);
  expect(await verifier('a', client, wrong)).toBe(true);
  expect(await verifier('b', client, wrong)).toBe(false);
});

test('verifies rejected credentials again', async () => {
  const verifier = createCredentialVerifier();
  expect(await verifier('a', client, wrong)).toBe(false);
  expect(await verifier('a', client, right)).toBe(true);
});

test('evicts the least recently used credentials', async () => {
  const verifier = createCredentialVerifier({ maxCached: 2 });
  for (const name of ['a', 'b', 'a', 'c']) await verifier(name, client, right);
  expect(await verifier('b', client, wrong)).toBe(false);
  expect(await verifier('a', client, wrong)).toBe(true);
  expect(await verifier('c', client, wrong)).toBe(true);
});

test('caches 64 credentials by default', async () => {
  const verifier = createCredentialVerifier();
  for (let i = 0; i < 100; i++) await verifier(`${i}`, client, right);
  let known = 0;
  for (let i = 0; i < 100; i++) if ((await verifier(`${i}`, client, wrong)) === true) known++;
  expect(known).toBe(64);
});

test('rejected credentials do not evict accepted ones', async () => {
  const verifier = createCredentialVerifier({ maxCached: 2 });
  await verifier('a', client, right);
  for (let i = 0; i < 100; i++) await verifier(`${i}`, client, wrong);
  expect(await verifier('a', client, wrong)).toBe(true);
});

test('verifies two at a time, queues others, the newest and the oldest in turn, and is busy for those that the queue cannot hold', async () => {
  const { started, verify } = controlled();
  const verifier = createCredentialVerifier({ maxQueued: 3 });
  const outcomes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => verifier(name, client, verify));
  expect(await Promise.all(outcomes.slice(4, 6))).toEqual(['busy', 'busy']);
  expect(started).toHaveLength(2);
  const order = [0, 1, 6, 2, 3];
  for (let settled = 0; settled < 5; settled++) {
    started[settled]?.resolve(settled % 2 === 0);
    expect(await outcomes[order[settled] as number]).toBe(settled % 2 === 0);
    await nextTurn();
    expect(started).toHaveLength(Math.min(5, settled + 3));
  }
  const later = verifier('h', client, verify);
  await nextTurn();
  expect(started).toHaveLength(6);
  started[5]?.resolve(true);
  expect(await later).toBe(true);
});

test('hands a free slot to a queued verification', async () => {
  const { started, verify } = controlled();
  const verifier = createCredentialVerifier({ concurrency: 1 });
  const first = verifier('a', client, verify);
  const queued = verifier('b', client, verify);
  started[0]?.resolve(true);
  await first;
  await nextTurn();
  const later = verifier('c', client, verify);
  await nextTurn();
  expect(started).toHaveLength(2);
  for (const [index, outcome] of [queued, later].entries()) {
    started[index + 1]?.resolve(true);
    expect(await outcome).toBe(true);
    await nextTurn();
  }
  expect(started).toHaveLength(3);
});

test('verifies identical concurrent credentials once', async () => {
  const { started, verify } = controlled();
  const verifier = createCredentialVerifier({ concurrency: 1, maxQueued: 0 });
  const outcomes = [verifier('a', client, verify), verifier('a', client, verify), verifier('a', client, verify)];
  await nextTurn();
  expect(started).toHaveLength(1);
  started[0]?.resolve(false);
  expect(await Promise.all(outcomes)).toEqual([false, false, false]);
});

test('is busy when a verification fails, frees its slot, and verifies again', async () => {
  const verifier = createCredentialVerifier({ concurrency: 1, maxQueued: 0 });
  const broken = () => Promise.reject(new Error('no memory'));
  expect(await verifier('a', client, broken)).toBe('busy');
  expect(await verifier('a', client, right)).toBe(true);
});
