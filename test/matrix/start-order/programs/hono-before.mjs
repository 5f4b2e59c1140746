import { httpInstrumentationMiddleware } from '@hono/otel';
import { Hono } from 'hono';
import { startMetrics } from 'otelier';
import { report } from './report.mjs';

const app = new Hono();
app.use(httpInstrumentationMiddleware());
app.get('/orders', (context) => context.text('ok'));

const metrics = startMetrics();

await app.request('/orders');
await report(metrics);
