/** Records before and after the start, and reports. */
const { recordAll, recordOrder } = require('./record.cjs');
const { report } = require('./report.cjs');
const { start } = require('./start.cjs');

recordOrder();
const metrics = start();
recordAll();
report(metrics);
