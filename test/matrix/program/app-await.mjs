/** Waits for the start at the top level of the entry. */
import { recordAll, recordOrder } from './record.mjs';
import { report } from './report.cjs';
import { start } from './start.mjs';

recordOrder();
const metrics = start();
await metrics.ready;
recordAll();
report(metrics);
