import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';
import { traffic } from './traffic.mjs';

const metrics = startMetrics();
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();

await traffic();
await report(metrics);
