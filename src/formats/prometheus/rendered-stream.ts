/** Rendered series of one stream, cached from scrape to scrape. */
import type { MetricStream, SeriesKey } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';
import type { ExpositionNames } from './exposition-names.js';
import type { Family } from './family.js';
import { type Label, labelsOf } from './labels.js';
import type { MergedSeries } from './merged-series.js';

/** Rendering of series in one format, and the part of a rendering that identifies its series within the family. */
export interface SeriesFormat<R> {
  render(family: Family<R>, labels: readonly Label[], stream: MetricStream): R;
  keyOf(rendered: R): string;
}

/** Properties of a stream that determine how its series are rendered. */
export interface StreamContext<R> {
  readonly stream: MetricStream;
  readonly unit: string | undefined;
  /** Labels of every series of the stream. */
  readonly fixed: readonly Label[];
  readonly names: ExpositionNames;
  readonly format: SeriesFormat<R>;
}

/** RenderedStream renders each series of a stream once. A merged series is rendered by its group. */
export class RenderedStream<R = unknown> extends SeriesCache<R | undefined> {
  readonly family: Family<R>;
  readonly unit: string | undefined;
  readonly #context: StreamContext<R>;
  readonly #groups = new Map<SeriesKey, MergedSeries<R>>();
  #group: MergedSeries<R> | undefined;
  /** Number of the last scrape that included the stream. */
  scrape = 0;

  constructor(family: Family<R>, context: StreamContext<R>) {
    super((rendered, series) => {
      if (rendered === undefined) {
        this.#groups.delete(series);
        return;
      }
      const key = context.format.keyOf(rendered);
      if (family.owners.get(key) === series) family.owners.delete(key);
    });
    this.family = family;
    this.unit = context.unit;
    this.#context = context;
  }

  /** Starts a scrape. */
  begin(scrape: number): void {
    this.scrape = scrape;
    this.beginWalk(scrape);
  }

  /** Returns the rendering of a series; `undefined` if its point must be added to `group`. */
  of(series: SeriesKey): R | undefined {
    return this.visit(series) ?? this.#add(series);
  }

  /** Group of the series for which `of` returned `undefined`. */
  get group(): MergedSeries<R> {
    return this.#group as MergedSeries<R>;
  }

  /** True if the numbers of the stream can be added. */
  get sum(): boolean {
    return this.#context.stream.sum;
  }

  /** Reports whether the scrape under way has visited a series. */
  override isVisited(series: SeriesKey): boolean {
    return this.scrape === this.family.scrape && super.isVisited(series);
  }

  #add(series: SeriesKey): R | undefined {
    const known = this.#groups.get(series);
    if (known !== undefined) {
      this.#group = known;
      this.family.visit(known, this, series);
      return undefined;
    }
    const { stream, fixed, names, format } = this.#context;
    const rendered = format.render(this.family, labelsOf(series.attributes, fixed, names), stream);
    const key = format.keyOf(rendered);
    this.#group = this.family.groupOf(key, rendered, this, series);
    if (this.#group === undefined) {
      this.set(series, rendered);
      this.family.owners.set(key, series);
      return rendered;
    }
    this.set(series, undefined);
    this.#groups.set(series, this.#group);
    return undefined;
  }
}
