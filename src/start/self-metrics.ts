/** Records the metrics of the SDK itself, which `src/health/metrics.ts` defines. */
import type { AttributesArgument, AttributeValues } from '../catalogue/attributes.js';
import type { Observable, Observation } from '../catalogue/instruments.js';
import type { BackendStatus } from '../delivery/contract.js';
import type { Budget } from '../engine/budget.js';
import { engineInstruments } from '../engine/handles.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { reasons, selfCatalogue, shedDetails } from '../health/metrics.js';
import type { Clock } from '../model/clock.js';

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
  clock: Clock,
): SelfMetrics {
  const catalogue = selfCatalogue();
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
  observe(instruments.attributeValues, () => widest(budgets()));
  const startedMs = clock.monotonicMs();
  observe(instruments.heartbeat, () => [[(clock.monotonicMs() - startedMs) / 1_000]]);
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

/** Number of metrics whose attribute with the most values is shown. */
const mostWidest = 20;

/** Returns the number of values of the attribute that has the most, of the metrics with the most series. */
function widest(budgets: readonly Budget[]): [values: number, attributes: { metric: string; attribute: string }][] {
  const largest = [...budgets].sort((one, other) => other.used - one.used).slice(0, mostWidest);
  return largest.flatMap(({ metric, widest }) => {
    // Absent in the engine of an earlier version of the package.
    const { key, values } = widest?.() ?? {};
    return key === undefined || values === undefined ? [] : [[values, { metric, attribute: key }]];
  });
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
