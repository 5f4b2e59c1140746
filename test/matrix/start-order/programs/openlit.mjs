/** openlit before or after otelier, as ORDER says. */
import { metrics as api } from '@opentelemetry/api';
import openlit from 'openlit';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';

let metrics;
const steps = [
  () => (metrics = startMetrics()),
  () => openlit.default.init({ applicationName: 'shop', otlpEndpoint: 'http://127.0.0.1:1' }),
];
for (const step of process.env.ORDER === 'after' ? steps : steps.reverse()) step();

api.getMeter('app').createCounter('late').add(1);
await report(metrics);
