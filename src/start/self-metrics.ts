/** What the metrics say of themselves: how long collecting takes, what was rejected, how many series are in use. */
import { oneOf, optional, text } from '../catalogue/attributes.js';
import { defineCatalogue } from '../catalogue/catalogue.js';
import { histogram, observableCounter, observableGauge } from '../catalogue/definitions.js';
import { noRejections, type RejectionReason } from '../catalogue/rejections.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { selfScope } from '../model/instrument.js';
import { version } from '../version.js';
import { engineInstruments } from './process-engine.js';

const reasons = Object.keys(noRejections()) as RejectionReason[];

/** Names of the OpenTelemetry semantic conventions ("SDK metrics") where there are any. */
const selfCatalogue = defineCatalogue(
  {
    collection: histogram({
      name: 'otel.sdk.metric_reader.collection.duration',
      unit: 's',
      description: 'Time that a collection takes: callbacks and walk.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      attributes: { 'otel.component.name': text({ limit: 20 }), 'error.type': optional(text({ limit: 5 })) },
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

/**
 * Has an engine measure itself.
 *
 * @param names of its readers, in their order.
 * @returns stops it.
 */
export function measureSelf(engine: EngineMeterProvider, names: readonly string[]): () => void {
  const { collection, rejected, seriesUsed, seriesLimit } = engineInstruments(selfCatalogue, engine);
  const observeRejected = (observation: { observe(value: number, attributes: { reason: RejectionReason }): void }) => {
    for (const reason of reasons) observation.observe(engine.rejections[reason], { reason });
  };
  const observeUsed = (observation: { observe(value: number, attributes: { metric: string }): void }) => {
    for (const { metric, used } of engine.budgets()) if (used > 0) observation.observe(used, { metric });
  };
  const observeLimit = (observation: { observe(value: number, attributes: { metric: string }): void }) => {
    for (const { metric, used, limit } of engine.budgets()) if (used > 0) observation.observe(limit, { metric });
  };
  rejected.addCallback(observeRejected);
  seriesUsed.addCallback(observeUsed);
  seriesLimit.addCallback(observeLimit);
  engine.onCollected = (reader, seconds, failed) => {
    const name = { 'otel.component.name': names[reader] ?? 'reader' };
    collection.record(seconds, failed ? { ...name, 'error.type': 'callback' } : name);
  };
  return () => {
    rejected.removeCallback(observeRejected);
    seriesUsed.removeCallback(observeUsed);
    seriesLimit.removeCallback(observeLimit);
    engine.onCollected = undefined;
  };
}
