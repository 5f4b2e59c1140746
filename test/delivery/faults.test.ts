/** Each fault of an endpoint once, with delta temporality. `faults.slow.test.ts` runs all cases. */
import { vi } from 'vitest';
import { defineFaultTests } from './fault-cases.js';

vi.setConfig({ maxConcurrency: 10 });

defineFaultTests({ temporalities: ['delta'], outageIntervals: 4 });
