/** Conformance cases that detect a broken backend by waiting in vain. */
import { expect, test } from 'vitest';
import { brokenCase, slowFailures } from './conformance-case.js';

test.each(slowFailures)('detects a broken backend: %s', async (name) => {
  await expect(brokenCase(name).run()).rejects.toThrow();
});
