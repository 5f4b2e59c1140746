/** Tests the genai pack with a million invented model names. */
import { test } from 'vitest';
import { expectBoundedModels } from './genai-flood.js';

test('records a million invented models in one series', { timeout: 240_000 }, () => expectBoundedModels(1_000_000));
