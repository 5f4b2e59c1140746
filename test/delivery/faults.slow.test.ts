/** All faults of an endpoint, with both temporalities. */
import { defineFaultTests } from './fault-cases.js';

defineFaultTests({ temporalities: ['delta', 'cumulative'], outageIntervals: 7 });
