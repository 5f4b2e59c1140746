/**
 * Metrics of the SDK itself: collection and delivery times, delivered and dropped data points, rejected measurements, series
 * in use, and a heartbeat. `src/start/self-metrics.ts` records them.
 */
import { oneOf, optional, text } from '../catalogue/attributes.js';
import { defineCatalogue } from '../catalogue/catalogue.js';
import { histogram, observableCounter, observableGauge, observableUpDownCounter } from '../catalogue/definitions.js';
import { noRejections, type RejectionReason } from '../engine/rejections.js';
import { selfScope } from '../model/instrument.js';
import { version } from '../version.js';

/** Reasons of rejections. */
export const reasons = Object.keys(noRejections()) as RejectionReason[];

/** Details that load shedding removes. */
export const shedDetails = ['exemplars', 'attributes', 'metrics'] as const;

const component = { 'otel.component.name': text({ limit: 20 }) };

/**
 * Defines the self-metrics when a start or a query needs them, not at import.
 *
 * Uses the names of the OpenTelemetry semantic conventions ("SDK metrics") where they exist.
 */
export const selfCatalogue = () =>
  defineCatalogue(
    {
      collection: histogram({
        name: 'otel.sdk.metric_reader.collection.duration',
        unit: 's',
        description: 'Duration of a collection: observable callbacks and walk.',
        buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
        attributes: { ...component, 'error.type': optional(text({ limit: 5 })) },
      }),
      delivery: histogram({
        name: 'otel.sdk.exporter.operation.duration',
        unit: 's',
        description: 'Duration of a delivery: collection, encoding and response.',
        buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
        attributes: { ...component, 'error.type': optional(text({ limit: 10 })) },
      }),
      exported: observableCounter({
        name: 'otel.sdk.exporter.metric_data_point.exported',
        unit: '{data_point}',
        description: 'Data points delivered; with error.type, data points dropped or rejected, by cause.',
        attributes: { ...component, 'error.type': optional(text({ limit: 10 })) },
      }),
      inFlight: observableUpDownCounter({
        name: 'otelier.exporter.inflight',
        unit: '{delivery}',
        description: 'Deliveries in flight.',
        attributes: component,
      }),
      retries: observableCounter({
        name: 'otelier.exporter.retries',
        unit: '{request}',
        description: 'Requests repeated within one delivery.',
        attributes: component,
      }),
      waiting: observableUpDownCounter({
        name: 'otelier.exporter.waiting',
        unit: '{data_point}',
        description: 'Undelivered data points queued for retry, in memory or on disk.',
        attributes: component,
      }),
      shed: observableCounter({
        name: 'otelier.exporter.shed',
        unit: '{item}',
        description: 'Exemplars and data points omitted or merged because deliveries took nearly the whole interval.',
        attributes: { ...component, detail: oneOf(...shedDetails) },
      }),
      lastSuccess: observableGauge({
        name: 'otelier.exporter.last_success.time',
        unit: 's',
        description: 'Time of the last successful delivery, in seconds since 1970-01-01 UTC.',
        attributes: component,
      }),
      rejected: observableCounter({
        name: 'otelier.measurement.rejected',
        unit: '{measurement}',
        description: 'Measurements that were rejected or altered, and refused instruments, by reason.',
        attributes: { reason: oneOf(...reasons) },
      }),
      seriesUsed: observableGauge({
        name: 'otelier.series.used',
        unit: '{series}',
        description: 'Series in use per metric.',
        attributes: { metric: text({ limit: 2_000 }) },
      }),
      seriesLimit: observableGauge({
        name: 'otelier.series.limit',
        unit: '{series}',
        description: 'Maximum number of series per metric.',
        attributes: { metric: text({ limit: 2_000 }) },
      }),
      attributeValues: observableGauge({
        name: 'otelier.attribute.values',
        unit: '{value}',
        description: 'Values of the attribute that has the most of them, for the 20 metrics with the most series.',
        attributes: { metric: text({ limit: 2_000 }), attribute: text({ limit: 2_000 }) },
      }),
      heartbeat: observableCounter({
        name: 'otelier.heartbeat',
        unit: 's',
        description: 'Seconds since metrics started: a counter whose rate is 1, whatever the path of the measurements.',
      }),
    },
    { scope: { name: selfScope, version } },
  );
