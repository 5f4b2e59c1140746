/**
 * Sends metrics to an OpenTelemetry Collector, or to any other endpoint that accepts OTLP over HTTP.
 *
 *     OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm run example -- 04
 *
 * All variables that OpenTelemetry specifies work, for headers, compression, TLS and temporality. `console.log` of the
 * settings prints the resolved values without secrets.
 */
import { counter, defineCatalogue, histogram, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';

const jobs = defineCatalogue({
  done: counter({
    name: 'jobs.done',
    unit: '{job}',
    description: 'Jobs done.',
    attributes: { queue: text({ limit: 20 }) },
  }),
  duration: histogram({
    name: 'jobs.duration',
    unit: 's',
    description: 'Time that a job takes.',
    buckets: [0.01, 0.1, 1, 10],
    attributes: { queue: text({ limit: 20 }) },
  }),
});

const metrics = startMetrics({ serviceName: 'otel-collector-example', catalogues: { jobs }, backends: [otlp()] });
console.log(metrics.settings);

for (const seconds of [0.02, 0.3, 0.5]) {
  metrics.jobs.done.add(1, { queue: 'thumbnails' });
  metrics.jobs.duration.record(seconds, { queue: 'thumbnails' });
}

const { ok, backends } = await metrics.shutdown();
console.log(
  ok ? 'The endpoint accepted the metrics.' : `Not delivered: ${backends.map(({ reason }) => reason).join('; ')}`,
);
