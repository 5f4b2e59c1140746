/** The conformance suite: a correct backend passes every case, and each case detects a broken backend. */
import { backendConformance } from 'otelier/testing/backend';
import { describe, expect, test } from 'vitest';
import { brokenCase, slowFailures } from './conformance-case.js';
import { lineSubject } from './line-backend.js';

const cases = backendConformance(lineSubject());

describe('a correct backend passes', () => {
  test.each(cases)('$name', ({ run }) => run());
});

describe('detects a broken backend', () => {
  test.each(cases.map(({ name }) => name).filter((name) => !slowFailures.includes(name)))('%s', async (name) => {
    await expect(brokenCase(name).run()).rejects.toThrow();
  });
});

test('a failure states what was checked, the value and the expected value', async () => {
  await expect(brokenCase('delivers extreme numbers').run()).rejects.toThrow(
    /^delivered gauge values: got \[.*\], expected \[.*\]$/,
  );
});

test('a skipped case runs nothing and states the reason', async () => {
  const skip = { 'reveals no secret': 'it has no secret' };
  const subject = { ...lineSubject('reveals no secret'), skip };
  const skipped = backendConformance(subject).filter((each) => each.skipped !== undefined);
  expect(skipped).toMatchObject([{ name: 'reveals no secret', skipped: 'it has no secret' }]);
  await skipped[0]?.run();
});

test('cases about a peer are skipped for a backend without a peer', () => {
  const withoutPeer = backendConformance({ ...lineSubject(), delivery: 'other' }).filter(({ skipped }) => skipped);
  expect(withoutPeer.map(({ skipped }) => skipped)).toEqual(
    new Array(8).fill('the backend sends no requests to a peer'),
  );
});

test.each([
  [
    { 'reveals no secrets': 'misspelled' },
    'skip: "reveals no secrets": expected a known case (did you mean "reveals no secret"?)',
  ],
  [
    { secrets: 'unknown' },
    'skip: "secrets": expected a known case: reveals no secret, starts without touching the network, ',
  ],
  [{ 'reveals no secret': ' ' }, 'skip: "reveals no secret": expected a non-empty reason'],
])('an invalid skip is rejected: %j', (skip, message) => {
  expect(() => backendConformance({ ...lineSubject(), skip: skip as never })).toThrow(message);
});
