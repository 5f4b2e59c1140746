/** Tests the gateway pack with a million invented model names. */
import { test } from 'vitest';
import { expectBoundedModels } from './gateway-flood.js';

test('records a million invented models in one series', { timeout: 120_000 }, () => expectBoundedModels(1_000_000));
