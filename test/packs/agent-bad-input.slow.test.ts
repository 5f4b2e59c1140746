/** Long form of the flood in agent-bad-input.test.ts. */
import { test } from 'vitest';
import { floodAgents } from './agent-flood.js';

test('a million made-up names add no series beyond the limits, and sums stay exact', () => floodAgents(1_000_000));
