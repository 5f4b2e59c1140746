import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { startMetrics } from 'otelier';
import { instrumentations } from './instrumentations.mjs';
import { report } from './report.mjs';
import { traffic } from './traffic.mjs';

const early = instrumentations();
registerInstrumentations({ instrumentations: early });

const metrics = startMetrics();
registerInstrumentations({ instrumentations: early }); // the same objects: they now create their instruments again

await traffic();
await report(metrics);
