/** Starts NodeSDK for traces and otelier for metrics, in the order of the arguments, and records through all interfaces. */
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { recordAll, recordOrder } from './program/record.mjs';
import { report } from './program/report.cjs';
import { start } from './program/start.mjs';

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
