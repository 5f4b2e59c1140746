import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { startMetrics } from 'otelier';
import { instrumentations } from './instrumentations.mjs';
import { report } from './report.mjs';
import { traffic } from './traffic.mjs';

const metrics = startMetrics();
registerInstrumentations({ instrumentations: instrumentations() });

await traffic();
await report(metrics);
