/** Self-metrics: collection and delivery times, delivered and dropped data points, rejected measurements, series in use. */
import { type AttributesArgument, type AttributeValues, oneOf, optional, text } from '../catalogue/attributes.js';
import { defineCatalogue } from '../catalogue/catalogue.js';
import { histogram, observableCounter, observableGauge, observableUpDownCounter } from '../catalogue/definitions.js';
import type { Observable, Observation } from '../catalogue/instruments.js';
import type { BackendStatus } from '../delivery/contract.js';
import { engineInstruments } from '../engine/handles.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { noRejections, type RejectionReason } from '../engine/rejections.js';
import { selfScope } from '../model/instrument.js';
import { version } from '../version.js';

const reasons = Object.keys(noRejections()) as RejectionReason[];

const shedDetails = ['exemplars', 'attributes', 'metrics'] as const;

const component = { 'otel.component.name': text({ limit: 20 }) };

/**
 * Defines the self-metrics when a start needs them, not at import.
 *
 * Uses the names of the OpenTelemetry semantic conventions ("SDK metrics") where they exist.
 */
const defineSelfMetrics = () =>
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
    },
    { scope: { name: selfScope, version } },
  );

/** Running self-metrics of one engine. */
export interface SelfMetrics {
  /** Records one delivery of a backend. */
  delivered(backend: string, seconds: number, failure: string | undefined): void;
  stop(): void;
}

/** Observed values of backends, with their attributes. */
type Observed = [value: number, attributes: { 'otel.component.name': string; 'error.type'?: string }][];

/**
 * Starts to record self-metrics of an engine into that engine.
 *
 * @param names names of its readers, in reader order.
 */
export function startSelfMetrics(
  engine: EngineMeterProvider,
  names: readonly string[],
  statuses: () => readonly BackendStatus[],
): SelfMetrics {
  const catalogue = defineSelfMetrics();
  const instruments = engineInstruments(catalogue, engine);
  const stops: (() => void)[] = [];
  const observe = <A extends AttributeValues<A>>(
    instrument: Observable<A>,
    read: () => [value: number, ...attributes: AttributesArgument<A>][],
  ) => {
    const callback = (observation: Observation<A>) => {
      for (const measurement of read()) observation.observe(...measurement);
    };
    instrument.addCallback(callback);
    stops.push(() => instrument.removeCallback(callback));
  };
  const perBackend = (read: (status: BackendStatus) => number | undefined): Observed =>
    statuses().flatMap((status) => {
      const value = read(status);
      return value === undefined ? [] : [[value, { 'otel.component.name': status.name }]];
    });
  const budgets = () => fullest([...engine.budgets()].filter(({ used }) => used > 0));

  engine.rejectionMetric = catalogue.definitions.rejected.name;
  observe(instruments.rejected, () => reasons.map((reason) => [engine.rejections[reason], { reason }]));
  observe(instruments.seriesUsed, () => budgets().map(({ metric, used }) => [used, { metric }]));
  observe(instruments.seriesLimit, () => budgets().map(({ metric, limit }) => [limit, { metric }]));
  observe(instruments.exported, () => statuses().flatMap(exportedBy));
  observe(instruments.inFlight, () => perBackend(({ inFlight }) => (inFlight ? 1 : 0)));
  observe(instruments.retries, () => perBackend(({ retries }) => retries));
  observe(instruments.waiting, () => perBackend(({ waiting }) => waiting?.points ?? 0));
  observe(instruments.shed, () =>
    statuses().flatMap(({ name, shed }) =>
      shedDetails.flatMap((detail): [number, { 'otel.component.name': string; detail: typeof detail }][] =>
        shed === undefined ? [] : [[shed[detail], { 'otel.component.name': name, detail }]],
      ),
    ),
  );
  observe(instruments.lastSuccess, () =>
    perBackend(({ lastSuccessUnixMs }) => (lastSuccessUnixMs === undefined ? undefined : lastSuccessUnixMs / 1_000)),
  );
  engine.onCollected = (reader, seconds, failed) => {
    const name = { 'otel.component.name': names[reader] ?? 'reader' };
    instruments.collection.record(seconds, failed ? { ...name, 'error.type': 'callback' } : name);
  };
  return {
    delivered(backend, seconds, failure) {
      const name = { 'otel.component.name': backend };
      instruments.delivery.record(seconds, failure === undefined ? name : { ...name, 'error.type': failure });
    },
    stop() {
      for (const stop of stops) stop();
      engine.onCollected = undefined;
      engine.rejectionMetric = undefined;
    },
  };
}

/** Metrics whose budget is reported; below the cardinality limit of the self-metrics, which must not overflow. */
const mostBudgets = 1_900;

/** Returns the budgets with the most series, if there are too many to report. */
function fullest<B extends { readonly used: number }>(budgets: B[]): B[] {
  if (budgets.length <= mostBudgets) return budgets;
  return budgets.sort((one, other) => other.used - one.used).slice(0, mostBudgets);
}

/** Returns exported and failed data points. Rejected data points count as failed, as the conventions define. */
function exportedBy({ name, points }: BackendStatus): Observed {
  const component = { 'otel.component.name': name };
  const failed = { rejected: points.rejected, ...points.dropped };
  return [
    [points.exported, component],
    ...Object.entries(failed)
      .filter(([, count]) => count > 0)
      .map(([cause, count]): Observed[number] => [count, { ...component, 'error.type': cause }]),
  ];
}
