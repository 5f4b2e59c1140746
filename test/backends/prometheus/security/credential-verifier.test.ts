import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limitVerifications } from '../../../../src/backends/prometheus/security/verifications.js';

/** Verifications that end when told, and how many there are. */
function controlled() {
  const started: { resolve(outcome: boolean): void; reject(error: Error): void }[] = [];
  const verify = () => new Promise<boolean>((resolve, reject) => started.push({ resolve, reject }));
  return { started, verify };
}

const right = async () => true;
const wrong = async () => false;

test('what was right is not verified again', async () => {
  const verifications = limitVerifications();
  expect(await verifications('a', right)).toBe(true);
  expect(await verifications('a', wrong)).toBe(true);
  expect(await verifications('b', wrong)).toBe(false);
});

test('what was wrong is', async () => {
  const verifications = limitVerifications();
  expect(await verifications('a', wrong)).toBe(false);
  expect(await verifications('a', right)).toBe(true);
});

test('as many are remembered as may be, those that were seen last', async () => {
  const verifications = limitVerifications({ remembered: 2 });
  for (const name of ['a', 'b', 'a', 'c']) await verifications(name, right);
  expect(await verifications('b', wrong)).toBe(false);
  expect(await verifications('a', wrong)).toBe(true);
  expect(await verifications('c', wrong)).toBe(true);
});

test('64 are remembered by default, however many there were', async () => {
  const verifications = limitVerifications();
  for (let i = 0; i < 100; i++) await verifications(`${i}`, right);
  let known = 0;
  for (let i = 0; i < 100; i++) if ((await verifications(`${i}`, wrong)) === true) known++;
  expect(known).toBe(64);
});

test('wrong ones push no right one out', async () => {
  const verifications = limitVerifications({ remembered: 2 });
  await verifications('a', right);
  for (let i = 0; i < 100; i++) await verifications(`${i}`, wrong);
  expect(await verifications('a', wrong)).toBe(true);
});

test('two are verified at once, the others wait in order, and beyond those it is busy', async () => {
  const { started, verify } = controlled();
  const verifications = limitVerifications({ waiting: 3 });
  const outcomes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => verifications(name, verify));
  expect(await Promise.all(outcomes.slice(5))).toEqual(['busy', 'busy']);
  expect(started).toHaveLength(2);
  for (let ended = 0; ended < 5; ended++) {
    started[ended]?.resolve(ended % 2 === 0);
    await outcomes[ended];
    await turn();
    expect(started).toHaveLength(Math.min(5, ended + 3));
  }
  expect(await Promise.all(outcomes.slice(0, 5))).toEqual([true, false, true, false, true]);
  const later = verifications('h', verify);
  await turn();
  expect(started).toHaveLength(6);
  started[5]?.resolve(true);
  expect(await later).toBe(true);
});

test('a turn that is handed over is taken by nobody else', async () => {
  const { started, verify } = controlled();
  const verifications = limitVerifications({ atOnce: 1 });
  const first = verifications('a', verify);
  const others = ['b', 'c'].map((name) => verifications(name, verify));
  started[0]?.resolve(true);
  await first;
  await turn();
  others.push(verifications('d', verify));
  await turn();
  expect(started).toHaveLength(2);
  for (let ended = 1; ended < 4; ended++) {
    started[ended]?.resolve(true);
    await others[ended - 1];
    await turn();
  }
  expect(started).toHaveLength(4);
});

test('the same credentials at the same time are verified once', async () => {
  const { started, verify } = controlled();
  const verifications = limitVerifications({ atOnce: 1, waiting: 0 });
  const outcomes = [verifications('a', verify), verifications('a', verify), verifications('a', verify)];
  await turn();
  expect(started).toHaveLength(1);
  started[0]?.resolve(false);
  expect(await Promise.all(outcomes)).toEqual([false, false, false]);
});

test('one that fails is busy, frees its turn, and is tried again', async () => {
  const verifications = limitVerifications({ atOnce: 1, waiting: 0 });
  const broken = () => Promise.reject(new Error('no memory'));
  expect(await verifications('a', broken)).toBe('busy');
  expect(await verifications('a', right)).toBe(true);
});
