/** Every backend passes the conformance suite. */
import { backendConformance } from 'otelier/testing/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendKinds } from '../../src/backends/table.js';
import { captureOutput, startRelays, subjects } from './conformance.js';

let release = () => {};
let stopRelays = async () => {};
beforeAll(async () => {
  release = captureOutput();
  stopRelays = await startRelays();
});
afterAll(async () => {
  release();
  await stopRelays();
});

describe.each(Object.entries(subjects))('%s', (_, subject) => {
  for (const { name, skipped, run } of backendConformance(subject)) {
    test.skipIf(skipped)(skipped === undefined ? name : `${name}: ${skipped}`, run);
  }
});

test('the suite covers every backend of the table', () => {
  const names = new Set(Object.keys(subjects).map((name) => name.split(',')[0]));
  expect([...names].sort()).toEqual(Object.keys(backendKinds).sort());
});
