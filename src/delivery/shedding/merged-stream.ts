/** Series of one stream that are merged under load: points that differ only in attributes with open values become one. */
import type { Attributes } from '@opentelemetry/api';
import { HistogramView, NumberView } from '../../model/point-views.js';
import type { HistogramPoint, MetricStream, NumberPoint, Point, PointVisitor, SeriesKey } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';

/** Series that stands for all series with the same remaining attributes. It is the same object in each collection. */
class MergedSeries implements SeriesKey {
  readonly attributes: Attributes;
  readonly index: number;
  /** Number of the walk that the fields below belong to. */
  walk = 0;
  startUnixMs = 0;
  endUnixMs = 0;
  /** Value of a sum, count of a histogram. */
  value = 0;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  boundaries: readonly number[] = [];
  counts = new Float64Array(0);

  constructor(attributes: Attributes, index: number) {
    this.attributes = attributes;
    this.index = index;
  }

  /** Discards the points of earlier walks. */
  reset(walk: number, { startUnixMs, endUnixMs }: Point): void {
    this.walk = walk;
    this.startUnixMs = startUnixMs;
    this.endUnixMs = endUnixMs;
    this.value = 0;
    this.sum = undefined;
    this.min = undefined;
    this.max = undefined;
    this.counts.fill(0);
  }
}

const numberView = new NumberView();
const histogramView = new HistogramView();

/** Merges the points of one stream, in each walk anew. */
export class MergedStream {
  readonly #open: ReadonlySet<string>;
  readonly #cache = new SeriesCache<MergedSeries>();
  readonly #byAttributes = new Map<string, MergedSeries>();
  /** Series with points in the current walk, in the order of their first points. */
  readonly #visited: MergedSeries[] = [];
  #walk = 0;

  /** @param stream a stream of numbers or of histograms with explicit boundaries, that has `detail`. */
  constructor({ detail = [] }: MetricStream) {
    this.#open = new Set(detail);
  }

  beginWalk(): void {
    this.#walk++;
    this.#visited.length = 0;
    this.#cache.beginWalk(this.#walk);
  }

  /** Adds a point of a sum. Reports whether it joined an earlier point. */
  addNumber(point: NumberPoint): boolean {
    const { merged, joined } = this.#mergedOf(point);
    merged.value += point.value;
    return joined;
  }

  /** Adds a point of a histogram. Reports whether it joined an earlier point. */
  addHistogram(point: HistogramPoint): boolean {
    const { count, sum, min, max, boundaries, counts, from } = point;
    const { merged, joined } = this.#mergedOf(point);
    if (merged.boundaries !== boundaries) {
      merged.boundaries = boundaries;
      merged.counts = new Float64Array(boundaries.length + 1);
    }
    for (let index = 0; index <= boundaries.length; index++) {
      merged.counts[index] = (merged.counts[index] as number) + (counts[from + index] as number);
    }
    const first = merged.value === 0;
    merged.value += count;
    merged.sum = first ? sum : combined(merged.sum, sum, (one, other) => one + other);
    merged.min = first ? min : combined(merged.min, min, Math.min);
    merged.max = first ? max : combined(merged.max, max, Math.max);
    return joined;
  }

  /** Passes the merged sums of the walk to a visitor. */
  visitNumbers(visitor: PointVisitor): void {
    for (const series of this.#visited) {
      numberView.begin(series, series.startUnixMs, series.endUnixMs);
      numberView.value = series.value;
      visitor.number(numberView);
    }
    this.#cache.endWalk();
  }

  /** Passes the merged histograms of the walk to a visitor. */
  visitHistograms(visitor: PointVisitor): void {
    for (const series of this.#visited) {
      const { value: count, sum, min, max, boundaries, counts } = series;
      histogramView.begin(series, series.startUnixMs, series.endUnixMs);
      visitor.histogram(Object.assign(histogramView, { count, sum, min, max, boundaries, counts }));
    }
    this.#cache.endWalk();
  }

  #mergedOf(point: Point) {
    let merged = this.#cache.visit(point.series);
    if (merged === undefined) {
      merged = this.#find(point.attributes);
      this.#cache.set(point.series, merged);
    }
    const joined = merged.walk === this.#walk;
    if (joined) {
      merged.startUnixMs = Math.min(merged.startUnixMs, point.startUnixMs);
      merged.endUnixMs = Math.max(merged.endUnixMs, point.endUnixMs);
    } else {
      merged.reset(this.#walk, point);
      this.#visited.push(merged);
    }
    return { merged, joined };
  }

  #find(attributes: Attributes): MergedSeries {
    const kept = Object.entries(attributes).filter(([key]) => !this.#open.has(key));
    const identity = JSON.stringify(kept.sort(([one], [other]) => (one < other ? -1 : 1)));
    let merged = this.#byAttributes.get(identity);
    if (merged === undefined) {
      merged = new MergedSeries(Object.freeze(Object.fromEntries(kept)), this.#byAttributes.size);
      this.#byAttributes.set(identity, merged);
    }
    return merged;
  }
}

/** Combines two numbers; the result is unknown if one of them is. */
function combined(
  one: number | undefined,
  other: number | undefined,
  combine: (one: number, other: number) => number,
): number | undefined {
  return one === undefined || other === undefined ? undefined : combine(one, other);
}
