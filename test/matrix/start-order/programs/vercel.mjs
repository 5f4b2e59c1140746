/** `@vercel/otel` before or after otelier, as ORDER says. */
import { metrics as api } from '@opentelemetry/api';
import { registerOTel } from '@vercel/otel';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';

let metrics;
const steps = [() => (metrics = startMetrics()), () => registerOTel({ serviceName: 'shop' })];
for (const step of process.env.ORDER === 'after' ? steps : steps.reverse()) step();

api.getMeter('app').createCounter('late').add(1);
await report(metrics);
