/** The long form of a test in benchmark-bad-input.test.ts. */
import { test } from 'vitest';
import { expectBoundedNames } from './benchmark-flood.js';

test('a million distinct names do not add series, and all counts stay exact', { timeout: 120_000 }, () =>
  expectBoundedNames(1_000_000),
);
