/** `metrics.summary()`: the current values of all metrics, as plain data by catalogue and metric. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { Catalogue, Metric } from '../catalogue/catalogue.js';
import type { InstrumentKind } from '../model/instrument.js';
import { collectorKey } from './collectors.js';
import type { StartState } from './process/shared-state.js';
import type { Catalogues, Packs } from './start-settings.js';
import { distributionOf } from './summary-distribution.js';
import { type CheckedOptions, checkedOptions } from './summary-options.js';
import {
  type DistributionReading,
  identityOf,
  type MetricReading,
  type NumberReading,
  type Reading,
  SummarySource,
} from './summary-reading.js';
import { shapedSummary } from './summary-shapes.js';
import type { CounterValues, LevelValues, MetricSummary } from './summary-types.js';
import { Extremes, RateWindow } from './summary-window.js';

/** Kind of a metric in a summary. */
type Kind = Exclude<MetricSummary['kind'], 'stateSet' | 'info'>;

const kinds: Readonly<Record<InstrumentKind, Kind>> = {
  counter: 'counter',
  observableCounter: 'counter',
  upDownCounter: 'upDownCounter',
  observableUpDownCounter: 'upDownCounter',
  gauge: 'gauge',
  observableGauge: 'gauge',
  histogram: 'histogram',
};

/** Summaries makes the summaries of one `startMetrics` call: it has the earlier calls to compare with. */
class Summaries {
  readonly #source: SummarySource;
  readonly #catalogues: () => ReadonlyMap<string, Catalogue>;
  readonly #rates: RateWindow;
  readonly #extremes = new Extremes();

  /** @param catalogues returns the catalogues of all calls, by key of the summary. */
  constructor(source: SummarySource, catalogues: () => ReadonlyMap<string, Catalogue>) {
    this.#source = source;
    this.#catalogues = catalogues;
    this.#rates = new RateWindow(source.startedMs);
  }

  /** See `SummaryControl.summary`. */
  summary(options: unknown): Record<string, Record<string, MetricSummary>> {
    const catalogues = this.#catalogues();
    const checked = checkedOptions(options, catalogues.values());
    const reading = this.#source.read(catalogues.values());
    this.#compare(reading);
    const summaryOf = ({ metrics, scope }: Catalogue) =>
      metrics.map((metric): [string, MetricSummary] => {
        const identity = identityOf(metric, scope);
        return [metric.key, this.#summaryOf(metric, reading.metrics.get(identity), identity, checked)];
      });
    return Object.fromEntries(
      Array.from(catalogues, ([key, catalogue]) => [key, Object.fromEntries(summaryOf(catalogue))]),
    );
  }

  /** Compares all series with earlier calls: also those that a filter leaves out, so that each filter has equal windows. */
  #compare({ metrics, atMs }: Reading): void {
    const counters: (readonly NumberReading[])[] = [];
    for (const reading of metrics.values()) {
      const kind = kinds[reading.stream.kind];
      const numbers = numbersOf(reading, kind);
      if (kind === 'counter') counters.push(numbers);
      else for (const point of numbers) this.#extremes.add(point);
    }
    this.#rates.advance(counters.flat(), atMs);
  }

  #summaryOf(
    metric: Metric,
    reading: MetricReading | undefined,
    identity: string,
    { where, maxSeries }: CheckedOptions,
  ): MetricSummary {
    const kind = kinds[metric.kind];
    const matches = ({ attributes }: NumberReading['series']) =>
      where.every(([key, value]) => attributes[key] === value);
    const numbers = numbersOf(reading, kind).filter(({ series }) => matches(series));
    if (metric.shape !== undefined) return shapedSummary(metric, numbers, maxSeries);
    if (kind === 'counter') {
      const { total, rate } = this.#totalOf(numbers);
      return { kind, total, rate, ...largest(numbers, maxSeries, valueOfPoint, (point) => this.#totalOf([point])) };
    }
    if (kind === 'histogram') {
      const points = (reading?.distributions ?? []).filter(({ series }) => matches(series));
      const series = largest(
        points,
        maxSeries,
        ({ count }) => count,
        (point) => distributionOf([point]),
      );
      return { kind, ...distributionOf(points), ...series };
    }
    const level =
      kind === 'gauge' ? this.#levelOf(numbers) : this.#sumOf(numbers, JSON.stringify([identity, [...where].sort()]));
    return { kind, ...level, ...largest(numbers, maxSeries, valueOfPoint, (point) => this.#levelOf([point])) };
  }

  #totalOf(points: readonly NumberReading[]): CounterValues {
    let [total, rate] = [0, 0];
    for (const point of points) {
      total += point.value;
      rate += this.#rates.rateOf(point);
    }
    return { total, rate };
  }

  /** Returns the value of the series that was recorded last, and the extremes of all series. */
  #levelOf(points: readonly NumberReading[]): LevelValues {
    let last = points[0];
    if (last === undefined) return withoutValue;
    let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of points) {
      if ((point.series.lastRecorded ?? 0) >= (last.series.lastRecorded ?? 0)) last = point;
      const { min, max } = this.#extremes.of(point);
      lowest = Math.min(lowest, min);
      highest = Math.max(highest, max);
    }
    return { last: last.value, min: lowest, max: highest };
  }

  /** Returns the sum of an up-down counter. */
  #sumOf(points: readonly NumberReading[], identity: string): LevelValues {
    if (points.length === 0) return withoutValue;
    const last = points.reduce((total, { value }) => total + value, 0);
    return { last, ...this.#extremes.ofSum(identity, last) };
  }
}

const withoutValue: LevelValues = { last: undefined, min: undefined, max: undefined };

/** Returns the points of sums and gauges. A view that gives a metric another aggregation leaves it without values. */
function numbersOf(reading: MetricReading | undefined, kind: Kind): readonly NumberReading[] {
  if (reading === undefined || kind === 'histogram') return [];
  return reading.stream.sum === (kind !== 'gauge') ? reading.numbers : [];
}

/** Returns the series with the largest values. Only their values are calculated. */
function largest<P extends NumberReading | DistributionReading, V>(
  points: readonly P[],
  maxSeries: number,
  rankOf: (point: P) => number,
  valuesOf: (point: P) => V,
) {
  const sorted = [...points].sort((one, other) => rankOf(other) - rankOf(one)).slice(0, maxSeries);
  const series = sorted.map((point) => ({
    attributes: point.attributes as Readonly<Record<string, AttributeValue>>,
    ...valuesOf(point),
  }));
  return { seriesCount: points.length, series };
}

function valueOfPoint({ value }: NumberReading): number {
  return value;
}

/** Returns the method `summary` of a call of `startMetrics`, which shows its catalogues and packs under its own keys. */
export function summaryFor(state: StartState, catalogues: Catalogues, packs: Packs) {
  const own = new Map([
    ...Object.entries(catalogues),
    ...Object.entries(packs).map(([key, { catalogue }]): [string, Catalogue] => [key, catalogue]),
  ]);
  const source = state.summarySource ?? new SummarySource(state.engine, state.clock);
  const summaries = new Summaries(source, () => summarized(state, own));
  return (options: unknown = {}) => summaries.summary(options);
}

/**
 * Returns the catalogues of all calls by key of the summary. Packs and collectors that have no key are shown under their
 * name, unless it is a key.
 *
 * @param own catalogues of the call whose summary it is; its keys win.
 */
export function summarized(
  { catalogues, recorders }: Pick<StartState, 'catalogues' | 'recorders'>,
  own: ReadonlyMap<string, Catalogue> = new Map(),
): ReadonlyMap<string, Catalogue> {
  const packs = [...recorders.keys()];
  const hidden = new Set(packs.map(collectorKey));
  const shown = new Map([...catalogues, ...own].filter(([key]) => !hidden.has(key)));
  const keyed = new Set(shown.values());
  for (const { name, catalogue } of packs) {
    if (!keyed.has(catalogue) && !shown.has(name)) shown.set(name, catalogue);
  }
  return shown;
}
