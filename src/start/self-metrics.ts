/** What the metrics say of themselves: how long collecting takes, what was rejected, how many series are in use. */
import { type AttributesArgument, type AttributeTypes, oneOf, optional, text } from '../catalogue/attributes.js';
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

/** Names of the OpenTelemetry semantic conventions ("SDK metrics") where there are any. */
const selfCatalogue = defineCatalogue(
  {
    collection: histogram({
      name: 'otel.sdk.metric_reader.collection.duration',
      unit: 's',
      description: 'Time that a collection takes: callbacks and walk.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      attributes: { ...component, 'error.type': optional(text({ limit: 5 })) },
    }),
    delivery: histogram({
      name: 'otel.sdk.exporter.operation.duration',
      unit: 's',
      description: 'Time that a delivery takes: collection, encoding, and the answer.',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      attributes: { ...component, 'error.type': optional(text({ limit: 10 })) },
    }),
    exported: observableCounter({
      name: 'otel.sdk.exporter.metric_data_point.exported',
      unit: '{data_point}',
      description: 'Points that arrived; with error.type, those that were given up, and why.',
      attributes: { ...component, 'error.type': optional(text({ limit: 10 })) },
    }),
    inFlight: observableUpDownCounter({
      name: 'otelier.exporter.inflight',
      unit: '{delivery}',
      description: 'Deliveries that are under way.',
      attributes: component,
    }),
    retries: observableCounter({
      name: 'otelier.exporter.retries',
      unit: '{request}',
      description: 'Requests that were sent again within one delivery.',
      attributes: component,
    }),
    waiting: observableUpDownCounter({
      name: 'otelier.exporter.waiting',
      unit: '{data_point}',
      description: 'Points that could not be delivered and will be sent again, in memory or on disk.',
      attributes: component,
    }),
    shed: observableCounter({
      name: 'otelier.exporter.shed',
      unit: '{item}',
      description: 'Exemplars and points that were left out or merged because deliveries took nearly all their time.',
      attributes: { ...component, detail: oneOf(...shedDetails) },
    }),
    lastSuccess: observableGauge({
      name: 'otelier.exporter.last_success.time',
      unit: 's',
      description: 'When a delivery was accepted last, seconds since 1970-01-01 UTC.',
      attributes: component,
    }),
    rejected: observableCounter({
      name: 'otelier.measurement.rejected',
      unit: '{measurement}',
      description: 'What recordings brought that could not be kept as given, by reason.',
      attributes: { reason: oneOf(...reasons) },
    }),
    seriesUsed: observableGauge({
      name: 'otelier.series.used',
      unit: '{series}',
      description: 'Series that a metric has.',
      attributes: { metric: text({ limit: 2_000 }) },
    }),
    seriesLimit: observableGauge({
      name: 'otelier.series.limit',
      unit: '{series}',
      description: 'Series that a metric may have.',
      attributes: { metric: text({ limit: 2_000 }) },
    }),
  },
  { scope: { name: selfScope, version } },
);

/** An engine's measurement of itself, under way. */
export interface SelfMeasurement {
  /** Records a delivery of a backend. */
  delivered(backend: string, seconds: number, failure: string | undefined): void;
  stop(): void;
}

/** What is observed of backends, and with which attributes. */
type Observed = [value: number, attributes: { 'otel.component.name': string; 'error.type'?: string }][];

/**
 * Has an engine measure itself.
 *
 * @param names of its readers, in their order.
 */
export function measureSelf(
  engine: EngineMeterProvider,
  names: readonly string[],
  statuses: () => readonly BackendStatus[],
): SelfMeasurement {
  const instruments = engineInstruments(selfCatalogue, engine);
  const stops: (() => void)[] = [];
  const observe = <A extends AttributeTypes>(
    instrument: Observable<A>,
    read: () => [value: number, ...attributes: AttributesArgument<A>][],
  ) => {
    const callback = (observation: Observation<A>) => {
      for (const measurement of read()) observation.observe(...measurement);
    };
    instrument.addCallback(callback);
    stops.push(() => instrument.removeCallback(callback));
  };
  const ofEach = (read: (status: BackendStatus) => number | undefined): Observed =>
    statuses().flatMap((status) => {
      const value = read(status);
      return value === undefined ? [] : [[value, { 'otel.component.name': status.name }]];
    });
  const budgets = () => [...engine.budgets()].filter(({ used }) => used > 0);

  engine.rejectionMetric = selfCatalogue.definitions.rejected.name;
  observe(instruments.rejected, () => reasons.map((reason) => [engine.rejections[reason], { reason }]));
  observe(instruments.seriesUsed, () => budgets().map(({ metric, used }) => [used, { metric }]));
  observe(instruments.seriesLimit, () => budgets().map(({ metric, limit }) => [limit, { metric }]));
  observe(instruments.exported, () => statuses().flatMap(exportedBy));
  observe(instruments.inFlight, () => ofEach(({ inFlight }) => (inFlight ? 1 : 0)));
  observe(instruments.retries, () => ofEach(({ retries }) => retries));
  observe(instruments.waiting, () => ofEach(({ waiting }) => waiting?.points ?? 0));
  observe(instruments.shed, () =>
    statuses().flatMap(({ name, shed }) =>
      shedDetails.flatMap((detail): [number, { 'otel.component.name': string; detail: typeof detail }][] =>
        shed === undefined ? [] : [[shed[detail], { 'otel.component.name': name, detail }]],
      ),
    ),
  );
  observe(instruments.lastSuccess, () =>
    ofEach(({ lastSuccessUnixMs }) => (lastSuccessUnixMs === undefined ? undefined : lastSuccessUnixMs / 1_000)),
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

/** Rejected points count as failed ones, as the conventions have it. */
function exportedBy({ name, points }: BackendStatus): Observed {
  const of = { 'otel.component.name': name };
  const failed = { rejected: points.rejected, ...points.dropped };
  return [
    [points.exported, of],
    ...Object.entries(failed)
      .filter(([, count]) => count > 0)
      .map(([cause, count]): Observed[number] => [count, { ...of, 'error.type': cause }]),
  ];
}
