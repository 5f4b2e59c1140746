/** Records before and after the start, and reports. */
import { recordAll, recordOrder } from './record.mjs';
import { report } from './report.cjs';
import { start } from './start.mjs';

recordOrder();
const metrics = start();
recordAll();
report(metrics);
