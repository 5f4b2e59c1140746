/** Every backend passes the conformance suite. */
import { backendConformance } from 'otelier/testing/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { captureOutput, subjects } from './conformance.js';

let release = () => {};
beforeAll(() => {
  release = captureOutput();
});
afterAll(() => release());

describe.each(Object.entries(subjects))('%s', (_, subject) => {
  for (const { name, skipped, run } of backendConformance(subject)) {
    test.skipIf(skipped)(skipped === undefined ? name : `${name}: ${skipped}`, run);
  }
});

test('the suite covers every backend of the table', () => {
  const names = new Set(Object.keys(subjects).map((name) => name.split(',')[0]));
  expect([...names].sort()).toEqual(Object.keys(backendKinds).sort());
});
