/**
 * Starts NodeSDK for traces and otelier for metrics, and records through all interfaces.
 *
 *   node node-sdk.mjs sdk otelier | otelier sdk
 */
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { recordAll, recordOrder } from './record.mjs';
import { report } from './report.cjs';
import { start } from './start.mjs';

let ended = 0;
const counting = {
  onStart() {},
  onEnd() {
    ended++;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const sdk = new NodeSDK({ spanProcessors: [counting] });
let metrics;
recordOrder();
for (const step of process.argv.slice(2)) {
  if (step === 'sdk') sdk.start();
  else metrics = start();
}
trace.getTracer('app').startActiveSpan('work', (span) => {
  recordAll();
  span.end();
});
if (ended !== 1) throw new Error('the span was not recorded');
await report(metrics);
await sdk.shutdown();
