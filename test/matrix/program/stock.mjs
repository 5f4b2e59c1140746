/** Records as app.mjs, and reports the names of the stock exporter; prints the state if the endpoint is disabled. */
import { recordAll, recordOrder } from './record.mjs';
import { report } from './report.cjs';
import { start } from './start.mjs';

/** The stock exporter does not append the unit. */
const recorded = { shop_orders_total: 4, shop_checkout_duration_count: 2, gateway_requests_total: 3, jobs_total: 4 };

async function main() {
  recordOrder();
  const metrics = start();
  recordAll();
  await metrics.ready;
  const [{ state, url }] = metrics.status().backends;
  if (url !== undefined) return report(metrics, recorded);
  console.log(JSON.stringify({ state }));
  return metrics.shutdown();
}

main();
