/** The conformance suite: a backend that is well passes it, and each case finds what it is there for. */
import { backendConformance, type ConformanceCaseName } from 'otelier/testing/backend';
import { describe, expect, test } from 'vitest';
import { lineSubject } from './line-backend.js';

const cases = backendConformance(lineSubject());

function caseOf(name: ConformanceCaseName, broken?: ConformanceCaseName) {
  const found = backendConformance(lineSubject(broken)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}

describe('a backend that is well', () => {
  test.each(cases)('$name', ({ run }) => run());
});

describe('a backend that is broken', () => {
  test.each(cases.map(({ name }) => name))('fails: %s', async (name) => {
    await expect(caseOf(name, name).run()).rejects.toThrow();
  });
});

test('a case that is skipped runs nothing and says why', async () => {
  const skip = { 'keeps secrets': 'it has none' };
  const subject = { ...lineSubject('keeps secrets'), skip };
  const skipped = backendConformance(subject).filter((each) => each.skipped !== undefined);
  expect(skipped).toMatchObject([{ name: 'keeps secrets', skipped: 'it has none' }]);
  await skipped[0]?.run();
});

test('what has no peer is not asked about one', () => {
  const needless = backendConformance({ ...lineSubject(), delivery: 'other' }).filter(({ skipped }) => skipped);
  expect(needless.map(({ skipped }) => skipped)).toEqual(new Array(8).fill('it sends no requests to a peer'));
});

test.each([
  [{ 'keeps secret': 'misspelt' }, "skip: there is no case 'keeps secret'"],
  [{ 'keeps secrets': ' ' }, "skip: 'keeps secrets' needs a reason"],
])('a skip that is wrong is refused: %j', (skip, message) => {
  expect(() => backendConformance({ ...lineSubject(), skip: skip as never })).toThrow(message);
});
