/** Rendered series of one stream, cached from scrape to scrape. */
import type { MetricStream, SeriesKey } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';
import type { ExpositionNames } from './exposition-names.js';
import type { Family } from './family.js';
import { collisionLabel, type Label, labelsOf } from './labels.js';

/** Rendering of series in one format, and the part of a rendering that identifies its series within the family. */
export interface SeriesFormat<R> {
  render(family: Family, labels: readonly Label[], stream: MetricStream): R;
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

/** RenderedStream renders each series of a stream once. */
export class RenderedStream<R = unknown> extends SeriesCache<R> {
  readonly family: Family;
  readonly unit: string | undefined;
  readonly #context: StreamContext<R>;
  #generation = 0;
  /** Number of the last scrape that included the stream. */
  scrape = 0;

  constructor(family: Family, context: StreamContext<R>) {
    super((rendered, series) => {
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
    if (this.#generation === this.family.generation) return;
    this.#generation = this.family.generation;
    this.clear();
  }

  /** Returns the rendering of a series. */
  of(series: SeriesKey): R {
    return this.visit(series) ?? this.#add(series);
  }

  /** Reports whether the scrape under way has visited a series. */
  override isVisited(series: SeriesKey): boolean {
    return this.scrape === this.family.scrape && super.isVisited(series);
  }

  #add(series: SeriesKey): R {
    const { fixed, names, format } = this.#context;
    const rendered = this.#unique(labelsOf(series.attributes, fixed, names));
    this.set(series, rendered);
    this.family.owners.set(format.keyOf(rendered), series);
    return rendered;
  }

  /** Renders with an additional label if different attributes have equal labels, so that no sample is lost. */
  #unique(labels: readonly Label[]): R {
    const { format, stream } = this.#context;
    let rendered = format.render(this.family, labels, stream);
    for (let number = 2; this.family.isTaken(format.keyOf(rendered)); number++) {
      this.family.collided = true;
      const numbered = [...labels, { name: collisionLabel, value: String(number) }];
      rendered = format.render(this.family, numbered, stream);
    }
    return rendered;
  }
}
