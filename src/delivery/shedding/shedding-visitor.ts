/** Stands before a visitor and shows it less than the walk has. */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Exemplar, ExponentialBuckets, MetricStream, PointVisitor, Temporality } from '../../model/points.js';

/** Counters of what was left out. */
export interface LeftOut {
  exemplars: number;
  /** Points that became part of others. */
  attributes: number;
  /** Points of metrics that were not shown at all. */
  metrics: number;
}

/** A point that others are added to. */
interface Merged {
  startUnixMs: number;
  endUnixMs: number;
  /** The value of a sum; the count of a histogram. */
  value: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  boundaries: readonly number[];
  counts: Float64Array;
}

/** Attribute sets without the open ones, the same object at every collection. */
class ClosedAttributes {
  readonly #open: ReadonlySet<string>;
  readonly #known = new WeakMap<Attributes, Attributes>();
  readonly #sets = new Map<string, Attributes>();

  constructor(open: readonly string[]) {
    this.#open = new Set(open);
  }

  of(attributes: Attributes): Attributes {
    let closed = this.#known.get(attributes);
    if (closed === undefined) {
      const entries = Object.entries(attributes).filter(([key]) => !this.#open.has(key));
      const identity = JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
      closed = this.#sets.get(identity);
      if (closed === undefined) {
        closed = Object.freeze(Object.fromEntries(entries));
        this.#sets.set(identity, closed);
      }
      this.#known.set(attributes, closed);
    }
    return closed;
  }
}

const noCounts = new Float64Array(0);

/** One walk at a time. */
export class SheddingVisitor implements PointVisitor {
  readonly #leftOut: LeftOut;
  readonly #closed = new WeakMap<MetricStream, ClosedAttributes>();
  readonly #merged = new Map<Attributes, Merged>();
  #next: PointVisitor = this;
  #steps = 0;
  #hidden = false;
  #merging: ClosedAttributes | undefined;
  /** Whether what is merged are sums, and not histograms. */
  #numbers = true;

  constructor(leftOut: LeftOut) {
    this.#leftOut = leftOut;
  }

  /** Itself, before `next`, with so many steps taken. */
  before(next: PointVisitor, steps: number): this {
    this.#next = next;
    this.#steps = steps;
    this.#merged.clear();
    this.#hidden = false;
    this.#merging = undefined;
    return this;
  }

  begin(resource: Resource): void {
    this.#next.begin?.(resource);
  }

  metric(stream: MetricStream, temporality: Temporality): void {
    this.#endMetric();
    this.#hidden = this.#steps >= 3 && stream.priority === 'low';
    if (this.#hidden) return;
    const { detail, points } = stream;
    if (this.#steps >= 2 && detail !== undefined && points !== 'exponentialHistogram') {
      this.#merging = this.#closed.get(stream) ?? new ClosedAttributes(detail);
      this.#closed.set(stream, this.#merging);
      this.#numbers = points === 'number';
    }
    this.#next.metric(stream, temporality);
  }

  number(attributes: Attributes, startUnixMs: number, endUnixMs: number, value: number): void {
    if (this.#hidden) this.#leftOut.metrics++;
    else if (this.#merging === undefined) this.#next.number(attributes, startUnixMs, endUnixMs, value);
    else this.#merge(this.#merging.of(attributes), startUnixMs, endUnixMs, noCounts).value += value;
  }

  histogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    boundaries: readonly number[],
    counts: Float64Array,
    from: number,
  ): void {
    if (this.#hidden) {
      this.#leftOut.metrics++;
      return;
    }
    if (this.#merging === undefined) {
      this.#next.histogram(attributes, startUnixMs, endUnixMs, count, sum, min, max, boundaries, counts, from);
      return;
    }
    const own = new Float64Array(boundaries.length + 1);
    const merged = this.#merge(this.#merging.of(attributes), startUnixMs, endUnixMs, own);
    merged.boundaries = boundaries;
    for (let index = 0; index <= boundaries.length; index++) {
      merged.counts[index] = (merged.counts[index] as number) + (counts[from + index] as number);
    }
    const first = merged.value === 0;
    merged.value += count;
    merged.sum = first ? sum : plus(merged.sum, sum);
    merged.min = first ? min : least(merged.min, min);
    merged.max = first ? max : most(merged.max, max);
  }

  exponentialHistogram(
    attributes: Attributes,
    startUnixMs: number,
    endUnixMs: number,
    count: number,
    sum: number | undefined,
    min: number | undefined,
    max: number | undefined,
    scale: number,
    zeroCount: number,
    positive: ExponentialBuckets,
    negative: ExponentialBuckets,
  ): void {
    if (this.#hidden) this.#leftOut.metrics++;
    else {
      this.#next.exponentialHistogram(
        attributes,
        startUnixMs,
        endUnixMs,
        count,
        sum,
        min,
        max,
        scale,
        zeroCount,
        positive,
        negative,
      );
    }
  }

  exemplar(_attributes: Attributes, _exemplar: Exemplar): void {
    this.#leftOut.exemplars++;
  }

  end(): void {
    this.#endMetric();
    this.#next.end?.();
  }

  #merge(attributes: Attributes, startUnixMs: number, endUnixMs: number, counts: Float64Array): Merged {
    let merged = this.#merged.get(attributes);
    if (merged === undefined) {
      const nothing = { value: 0, sum: undefined, min: undefined, max: undefined, boundaries: [] };
      merged = { ...nothing, startUnixMs, endUnixMs, counts };
      this.#merged.set(attributes, merged);
      return merged;
    }
    this.#leftOut.attributes++;
    merged.startUnixMs = Math.min(merged.startUnixMs, startUnixMs);
    merged.endUnixMs = Math.max(merged.endUnixMs, endUnixMs);
    return merged;
  }

  #endMetric(): void {
    for (const [attributes, point] of this.#merged) {
      const { startUnixMs, endUnixMs, value, sum, min, max, boundaries, counts } = point;
      if (this.#numbers) this.#next.number(attributes, startUnixMs, endUnixMs, value);
      else this.#next.histogram(attributes, startUnixMs, endUnixMs, value, sum, min, max, boundaries, counts, 0);
    }
    this.#merged.clear();
    this.#merging = undefined;
  }
}

/** What is not known of one is not known of both. */
function plus(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.min(one, other);
}

function most(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}
