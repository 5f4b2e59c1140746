/** Family of an exposition: all streams with one name, of any scope. */
import type { MetricStream, SeriesKey } from '../../model/points.js';
import { MergedSeries } from './merged-series.js';
import type { Renderings } from './renderings.js';

/** Prometheus metric types that an exposition uses. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info' | 'stateset';

/** Names of a family, as `ExpositionNames` returns them. */
export interface FamilyName {
  readonly family: string;
  /** Name of the samples of a counter. */
  readonly sample: string;
  readonly unit: string | undefined;
}

/** State shared by all streams with one name. */
export class Family<R = unknown> {
  readonly name: string;
  readonly sample: string;
  readonly type: FamilyType;
  /** Help text and unit of the first stream of a scrape. */
  help = '';
  unit: string | undefined;
  /** Encoded parts of this scrape. */
  chunks: Buffer[] = [];
  /** Streams of the current and the previous scrape. */
  readonly streams = new Set<Renderings>();
  /** Rendered series, by the part of the rendering that identifies them. */
  readonly owners = new Map<string, SeriesKey>();
  /** Groups of series with equal labels, by the part of their rendering that identifies them. */
  readonly #groups = new Map<string, MergedSeries<R>>();
  /** Groups with points in this scrape, in the order of their first points. */
  #visited: MergedSeries<R>[] = [];
  /** Number of the last scrape that showed the family. */
  scrape = 0;

  constructor({ family, sample }: FamilyName, type: FamilyType) {
    this.name = family;
    this.sample = sample;
    this.type = type;
  }

  /** Starts a scrape; `stream` is the first stream of the family. */
  begin(scrape: number, { description }: MetricStream, unit: string | undefined): void {
    this.scrape = scrape;
    this.help = description;
    // Escaping may have changed the suffix of the name.
    this.unit = unit !== undefined && openMetricsName(this).endsWith(`_${unit}`) ? unit : undefined;
    this.chunks = [];
    this.#visited = [];
  }

  /**
   * Returns the group that a series joins, and announces a point of the series to it; `undefined` if no other series has
   * the key. Finds a new group if this scrape has visited a series with the key.
   */
  groupOf(key: string, rendered: R, stream: Renderings, series: SeriesKey): MergedSeries<R> | undefined {
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (!this.#isTaken(key)) return undefined;
      group = new MergedSeries(key, rendered, this.scrape);
      this.#groups.set(key, group);
    }
    this.visit(group, stream, series);
    return group;
  }

  /** Announces a point of a member to its group. */
  visit(group: MergedSeries<R>, stream: Renderings, series: SeriesKey): void {
    if (group.visit(this.scrape, stream, series)) this.#visited.push(group);
  }

  /**
   * Ends a scrape: returns its merged series. `isStale` is true if the labels of a series were found to be equal to those
   * of a point that is written already, or if a group has only one member left: then only another walk is complete.
   */
  endGroups(): { readonly merged: readonly MergedSeries<R>[]; readonly isStale: boolean } {
    if (this.#groups.size === 0) return { merged: [], isStale: false };
    for (const group of this.#groups.values()) if (group.scrape !== this.scrape) this.#groups.delete(group.key);
    const merged = this.#visited.filter(({ foundAt }) => foundAt !== this.scrape);
    const single = merged.filter(({ points }) => points === 1);
    for (const group of single) {
      group.dissolve();
      this.#groups.delete(group.key);
    }
    return { merged, isStale: single.length > 0 || merged.length < this.#visited.length };
  }

  /**
   * Reports whether a series that the scrape under way has visited is rendered with a key. The series loses the key in
   * any case: it may be gone, or is rendered again when it is visited.
   */
  #isTaken(key: string): boolean {
    const owner = this.owners.get(key);
    if (owner === undefined) return false;
    let isVisited = false;
    for (const stream of this.streams) {
      if (stream.isVisited(owner)) isVisited = true;
      stream.delete(owner);
    }
    this.owners.delete(key);
    return isVisited;
  }

  /** Names that its samples may have. */
  get sampleNames(): string[] {
    const { name, sample } = this;
    return this.type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name, sample];
  }

  /** Returns the names that no other family may use. OpenMetrics reserves the names of all sample types. */
  claims(openMetrics: boolean): string[] {
    const { name, sample, type } = this;
    if (!openMetrics) return type === 'histogram' ? this.sampleNames : [sample];
    const family = openMetricsName(this);
    if (type === 'info') return [family, name];
    if (type === 'counter') return [family, openMetricsSample(this), `${family}_created`];
    return type === 'histogram' ? [...this.sampleNames, `${family}_created`] : this.sampleNames;
  }
}

/** Returns the OpenMetrics name of a family: without the `_total` or `_info` of its samples. */
export function openMetricsName({ name, sample, type }: Family): string {
  if (type === 'counter') return sample.replace(/_total$/, '');
  return type === 'info' ? name.replace(/[._]info$/, '') : name;
}

/** Returns the OpenMetrics name of samples: those of counters must end in `_total`. */
export function openMetricsSample({ sample, type }: Family): string {
  return type === 'counter' && !sample.endsWith('_total') ? `${sample}_total` : sample;
}

/** Returns the Prometheus type of a stream. */
export function familyTypeOf({ name, points, sum, monotonic, shape }: MetricStream): FamilyType {
  if (shape === 'stateSet') return 'stateset';
  // A view may have renamed the metric.
  if (shape === 'info' && /[._]info$/.test(name)) return 'info';
  if (points !== 'number') return 'histogram';
  return sum && monotonic ? 'counter' : 'gauge';
}
