/** Visitor that counts the points of a walk. */
import type { Resource } from '../../model/otel-data.js';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricStream,
  NumberPoint,
  PointVisitor,
  Temporality,
} from '../../model/points.js';

/** Passes a walk on to another visitor and counts its points. */
export class PointCounter implements PointVisitor {
  readonly #visitor: PointVisitor;
  /** Number of points in the last walk. */
  points = 0;

  constructor(visitor: PointVisitor) {
    this.#visitor = visitor;
  }

  begin(resource: Resource): void {
    this.points = 0;
    this.#visitor.begin?.(resource);
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.#visitor.metric(stream, temporality);
  }

  number(point: NumberPoint): void {
    this.points++;
    this.#visitor.number(point);
  }

  histogram(point: HistogramPoint): void {
    this.points++;
    this.#visitor.histogram(point);
  }

  exponentialHistogram(point: ExponentialPoint): void {
    this.points++;
    this.#visitor.exponentialHistogram(point);
  }

  end(): void {
    this.#visitor.end?.();
  }
}
