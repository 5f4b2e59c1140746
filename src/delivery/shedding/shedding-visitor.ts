/** Visitor that passes a reduced walk on to another visitor. */
import type { Resource } from '../../model/otel-data.js';
import { ExponentialView, HistogramView, NumberView } from '../../model/point-views.js';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  Point,
  PointVisitor,
  Temporality,
} from '../../model/points.js';
import { MergedStream } from './merged-stream.js';

/** Counters of dropped detail. */
export interface DroppedDetail {
  exemplars: number;
  /** Points that were merged into other points. */
  attributes: number;
  /** Points of dropped metrics. */
  metrics: number;
}

const numberView = new NumberView();
const histogramView = new HistogramView();
const exponentialView = new ExponentialView();

/** Drops detail from one walk at a time. */
export class SheddingVisitor implements PointVisitor {
  readonly #dropped: DroppedDetail;
  readonly #mergedStreams = new WeakMap<MetricStream, MergedStream>();
  /** Counters at the start of the walk. */
  #before: DroppedDetail = { exemplars: 0, attributes: 0, metrics: 0 };
  #next: PointVisitor = this;
  #steps = 0;
  /** True while the points of a dropped metric are visited. */
  #dropping = false;
  #merging: MergedStream | undefined;
  #type: MetricStream['points'] = 'number';

  constructor(dropped: DroppedDetail) {
    this.#dropped = dropped;
  }

  /** Returns this visitor, set to pass the next walk on to `next` with the first `steps` shedding steps applied. */
  before(next: PointVisitor, steps: number): this {
    this.#next = next;
    this.#steps = steps;
    this.#dropping = false;
    this.#merging = undefined;
    return this;
  }

  begin(resource: Resource): void {
    this.#before = { ...this.#dropped };
    this.#next.begin?.(resource);
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.#endMetric();
    this.#dropping = this.#steps >= 3 && stream.priority === 'low';
    if (this.#dropping) return;
    this.#type = stream.points;
    if (this.#steps >= 2 && stream.detail !== undefined && stream.points !== 'exponentialHistogram') {
      this.#merging = this.#mergedStreams.get(stream) ?? new MergedStream(stream);
      this.#mergedStreams.set(stream, this.#merging);
      this.#merging.beginWalk();
    }
    this.#next.metric(stream, temporality);
  }

  number(point: NumberPoint): void {
    if (this.#isDropped(point)) return;
    if (this.#merging !== undefined) {
      if (this.#merging.addNumber(point)) this.#dropped.attributes++;
    } else if (point.exemplars.length === 0) {
      this.#next.number(point);
    } else {
      numberView.begin(point.series, point.startUnixMs, point.endUnixMs);
      numberView.value = point.value;
      this.#next.number(numberView);
    }
  }

  histogram(point: HistogramPoint): void {
    if (this.#isDropped(point)) return;
    if (this.#merging !== undefined) {
      if (this.#merging.addHistogram(point)) this.#dropped.attributes++;
    } else if (point.exemplars.length === 0) {
      this.#next.histogram(point);
    } else {
      const { count, sum, min, max, boundaries, counts, from } = point;
      histogramView.begin(point.series, point.startUnixMs, point.endUnixMs);
      this.#next.histogram(Object.assign(histogramView, { count, sum, min, max, boundaries, counts, from }));
    }
  }

  exponentialHistogram(point: ExponentialPoint): void {
    if (this.#isDropped(point)) return;
    if (point.exemplars.length === 0) {
      this.#next.exponentialHistogram(point);
      return;
    }
    const { count, sum, min, max, scale, zeroCount, positive, negative } = point;
    exponentialView.begin(point.series, point.startUnixMs, point.endUnixMs);
    const fields = { count, sum, min, max, scale, zeroCount, positive, negative };
    this.#next.exponentialHistogram(Object.assign(exponentialView, fields));
  }

  end(): void {
    this.#endMetric();
    this.#next.end?.();
  }

  again(): boolean {
    const again = this.#next.again?.() ?? false;
    // A repeated walk drops the same detail, which counts once.
    if (again) Object.assign(this.#dropped, this.#before);
    return again;
  }

  /** Counts the exemplars of a point, and the point itself if its metric is dropped. */
  #isDropped({ exemplars }: Point): boolean {
    this.#dropped.exemplars += exemplars.length;
    if (this.#dropping) this.#dropped.metrics++;
    return this.#dropping;
  }

  #endMetric(): void {
    if (this.#type === 'number') this.#merging?.visitNumbers(this.#next);
    else this.#merging?.visitHistograms(this.#next);
    this.#merging = undefined;
  }
}
