/** Family of an exposition: all streams with one name, of any scope. */
import type { MetricStream, SeriesKey } from '../../model/points.js';

/** Prometheus metric types that an exposition uses. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info' | 'stateset';

/** Names of a family, as `ExpositionNames` returns them. */
export interface FamilyName {
  readonly family: string;
  /** Name of the samples of a counter. */
  readonly sample: string;
  readonly unit: string | undefined;
}

/** Renderings of the series of one stream within a family. */
export interface Renderings {
  /** Reports whether the scrape under way has visited a series. */
  isVisited(series: SeriesKey): boolean;
  /** Discards the rendering of a series. */
  delete(series: SeriesKey): void;
}

/** State shared by all streams with one name. */
export class Family {
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
  /** True if two series of the last scrape had equal labels. */
  collided = false;
  /** Incremented to invalidate all renderings. */
  generation = 0;
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
    if (!this.collided) return;
    // The order of the walk alone decides which series gets the plain labels, so earlier renderings must not matter.
    this.collided = false;
    this.owners.clear();
    this.generation++;
  }

  /**
   * Reports whether a series that the scrape under way has visited is rendered with a key. A series that the scrape has
   * not visited loses the key: it may be gone, or is rendered again when it is visited.
   */
  isTaken(key: string): boolean {
    const owner = this.owners.get(key);
    if (owner === undefined) return false;
    for (const stream of this.streams) if (stream.isVisited(owner)) return true;
    for (const stream of this.streams) stream.delete(owner);
    this.owners.delete(key);
    return false;
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
