/** Uses the CommonJS instance of the API, which version 1.10 has beside the ES module, before and after the start. */
import { createRequire } from 'node:module';
import { startMetrics } from 'otelier';

const { metrics: api } = createRequire(import.meta.url)('@opentelemetry/api');
const early = api.getMeter('early').createCounter('early');
const metrics = startMetrics();
if (process.argv[2] === 'record') early.add(1);
else api.setGlobalMeterProvider({ getMeter: () => api.getMeter('other') });
await metrics.ready;
await metrics.shutdown();
