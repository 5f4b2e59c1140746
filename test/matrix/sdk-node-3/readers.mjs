/** A stock reader of the 3.x line gets what otelier records. */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { startMetrics } from 'otelier';
import { shop } from './program/shop.mjs';

const reader = new PrometheusExporter({ preventServerStart: true });
const metrics = startMetrics({ readers: [reader], catalogues: { shop }, withoutSelfMetrics: true });
metrics.shop.orders.add(3, { channel: 'web' });
const { resourceMetrics } = await reader.collect();
const points = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.flatMap(({ dataPoints }) => dataPoints));
await metrics.shutdown();
const sum = points.filter(({ value }) => typeof value === 'number').reduce((total, { value }) => total + value, 0);
console.log(JSON.stringify({ recorded: { orders: 3 }, scraped: { orders: sum } }));
