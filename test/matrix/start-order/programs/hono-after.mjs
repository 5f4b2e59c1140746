import { httpInstrumentationMiddleware } from '@hono/otel';
import { Hono } from 'hono';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';

const metrics = startMetrics();

const app = new Hono();
app.use(httpInstrumentationMiddleware());
app.get('/orders', (context) => context.text('ok'));

await app.request('/orders');
await report(metrics);
