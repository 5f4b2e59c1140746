/** Merges numbers, with the algorithms and the order of operations of Prometheus. */
import type { AggregateFunction } from '../query.js';

/** Running count, sum, extremes and deviation of numbers. Sums are compensated (Kahan and Neumaier). */
export class Accumulator {
  count = 0;
  #sum = 0;
  #compensation = 0;
  #min = Number.NaN;
  #max = Number.NaN;
  #mean = 0;
  #squares = 0;

  reset(): void {
    this.count = 0;
    this.#sum = this.#compensation = this.#mean = this.#squares = 0;
    this.#min = this.#max = Number.NaN;
  }

  add(value: number): void {
    this.count++;
    this.#addToSum(value);
    // A number replaces NaN.
    if (value < this.#min || Number.isNaN(this.#min)) this.#min = value;
    if (value > this.#max || Number.isNaN(this.#max)) this.#max = value;
    const delta = value - this.#mean;
    this.#mean += delta / this.count;
    this.#squares += delta * (value - this.#mean);
  }

  get sum(): number {
    return this.#sum + this.#compensation;
  }

  result(name: AggregateFunction): number {
    switch (name) {
      case 'sum':
        return this.sum;
      case 'avg':
        return this.#sum / this.count + this.#compensation / this.count;
      case 'min':
        return this.#min;
      case 'max':
        return this.#max;
      case 'count':
        return this.count;
      case 'stddev':
        return Math.sqrt(this.#squares / this.count);
    }
  }

  #addToSum(value: number): void {
    const sum = this.#sum + value;
    if (sum === Number.POSITIVE_INFINITY || sum === Number.NEGATIVE_INFINITY) this.#compensation = 0;
    else if (Math.abs(this.#sum) >= Math.abs(value)) this.#compensation += this.#sum - sum + value;
    else this.#compensation += value - sum + this.#sum;
    this.#sum = sum;
  }
}
