/** Counts the points of a walk on their way to a visitor. */
import type { PointVisitor } from '../../model/points.js';

/** Hands a walk on, and knows how many points were in the last one. */
export class PointCounter implements PointVisitor {
  readonly #visitor: PointVisitor;
  points = 0;

  constructor(visitor: PointVisitor) {
    this.#visitor = visitor;
  }

  begin(...args: Parameters<NonNullable<PointVisitor['begin']>>): void {
    this.points = 0;
    this.#visitor.begin?.(...args);
  }

  metric(...args: Parameters<PointVisitor['metric']>): void {
    this.#visitor.metric(...args);
  }

  number(...args: Parameters<PointVisitor['number']>): void {
    this.points++;
    this.#visitor.number(...args);
  }

  histogram(...args: Parameters<PointVisitor['histogram']>): void {
    this.points++;
    this.#visitor.histogram(...args);
  }

  exponentialHistogram(...args: Parameters<PointVisitor['exponentialHistogram']>): void {
    this.points++;
    this.#visitor.exponentialHistogram(...args);
  }

  exemplar(...args: Parameters<NonNullable<PointVisitor['exemplar']>>): void {
    this.#visitor.exemplar?.(...args);
  }

  end(...args: Parameters<NonNullable<PointVisitor['end']>>): void {
    this.#visitor.end?.(...args);
  }
}
