import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { startMetrics } from 'otelier';
import { instrumentations } from './instrumentations.mjs';
import { report } from './report.mjs';
import { traffic } from './traffic.mjs';

registerInstrumentations({ instrumentations: instrumentations() });
const metrics = startMetrics();

await traffic();
await report(metrics);
