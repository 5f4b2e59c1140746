import { metrics as api } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';
import { traffic } from './traffic.mjs';

const metrics = startMetrics();
api.getMeter('app').createCounter('late').add(1);

await traffic();
await report(metrics);
