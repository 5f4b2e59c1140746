/** A family of an exposition: metrics that have one name, whoever made them. */
import type { MetricStream, SeriesKey } from '../../model/points.js';

/** Prometheus' types, as far as there are metrics of them. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info' | 'stateset';

/** The names of a family, as `ExpositionNames` makes them. */
export interface FamilyName {
  readonly family: string;
  /** Of a counter's samples. */
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

/** What all streams of one name have in common. */
export class Family {
  readonly name: string;
  readonly sample: string;
  readonly type: FamilyType;
  /** Those of the first stream of a scrape. */
  help = '';
  unit: string | undefined;
  /** Finished parts of this scrape. */
  chunks: Buffer[] = [];
  /** Streams of the current and the previous scrape. */
  readonly streams = new Set<Renderings>();
  /** Rendered series, by the part of the rendering that identifies them. */
  readonly owners = new Map<string, SeriesKey>();
  /** Whether two series of the last scrape would have been told apart by nothing. */
  collided = false;
  /** Grows when all that was rendered before no longer counts. */
  generation = 0;
  /** The scrape that it was shown in last. */
  scrape = 0;

  constructor({ family, sample }: FamilyName, type: FamilyType) {
    this.name = family;
    this.sample = sample;
    this.type = type;
  }

  /** Begins a scrape, of which `stream` is the first that is shown. */
  begin(scrape: number, { description }: MetricStream, unit: string | undefined): void {
    this.scrape = scrape;
    this.help = description;
    // An escaping may have changed what the name ends in.
    this.unit = unit !== undefined && openMetricsName(this).endsWith(`_${unit}`) ? unit : undefined;
    this.chunks = [];
    if (!this.collided) return;
    // Which of them has the plain labels follows from the order of the walk alone, not from what was there before.
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

  /** Every name that a sample of it may have. */
  get sampleNames(): string[] {
    const { name, sample } = this;
    return this.type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name, sample];
  }

  /** Every name that no other family may have. OpenMetrics reserves the names of all the samples that it knows. */
  claims(openMetrics: boolean): string[] {
    const { name, sample, type } = this;
    if (!openMetrics) return type === 'histogram' ? this.sampleNames : [sample];
    const family = openMetricsName(this);
    if (type === 'info') return [family, name];
    if (type === 'counter') return [family, openMetricsSample(this), `${family}_created`];
    return type === 'histogram' ? [...this.sampleNames, `${family}_created`] : this.sampleNames;
  }
}

/** OpenMetrics names a counter and a fact without the end that their samples have. */
export function openMetricsName({ name, sample, type }: Family): string {
  if (type === 'counter') return sample.replace(/_total$/, '');
  return type === 'info' ? name.replace(/[._]info$/, '') : name;
}

/** OpenMetrics knows no counter whose samples do not end in `_total`. */
export function openMetricsSample({ sample, type }: Family): string {
  return type === 'counter' && !sample.endsWith('_total') ? `${sample}_total` : sample;
}

/** The type that a stream has for Prometheus. */
export function familyTypeOf({ name, points, sum, monotonic, shape }: MetricStream): FamilyType {
  if (shape === 'stateSet') return 'stateset';
  // A view may have given it another name.
  if (shape === 'info' && /[._]info$/.test(name)) return 'info';
  if (points !== 'number') return 'histogram';
  return sum && monotonic ? 'counter' : 'gauge';
}
