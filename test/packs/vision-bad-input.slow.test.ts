/** Tests the vision pack with a million invented names. */
import { test } from 'vitest';
import { expectBoundedNames } from './vision-flood.js';

test('bounds series and memory for a million invented names', { timeout: 120_000 }, () =>
  expectBoundedNames(1_000_000),
);
