/** Distributions bound to their attributes once, found again without building these. */

import type { AttributesOf, AttributeTypes } from '../../catalogue/attributes.js';
import type { BoundHistogram, Histogram } from '../../catalogue/instruments.js';
import { maxValueLength } from '../../model/instrument.js';
import { ownCopy } from '../kit/bounded-names.js';

/** Bound series of a histogram, by a name and a number that together say all attributes. */
export class BoundSeries<A extends AttributeTypes> {
  readonly #histogram: Histogram<A>;
  readonly #limit: number;
  readonly #byName = new Map<string, Map<number, BoundHistogram>>();
  #size = 0;

  /** @param limit how many are kept; what comes after them is recorded all the same, and costs more. */
  constructor(histogram: Histogram<A>, limit: number) {
    this.#histogram = histogram;
    this.#limit = limit;
  }

  /** The series that was recorded to under this name and number before. */
  find(name: string, number: number): BoundHistogram | undefined {
    return this.#byName.get(name)?.get(number);
  }

  /** Records to a series that was not found, and keeps it while there is room. */
  record(value: number, name: string, number: number, attributes: AttributesOf<A>): void {
    if (this.#size >= this.#limit || name.length > maxValueLength) {
      (this.#histogram.record as (value: number, attributes: AttributesOf<A>) => void)(value, attributes);
      return;
    }
    const bound = (this.#histogram.bind as (attributes: AttributesOf<A>) => BoundHistogram)(attributes);
    let named = this.#byName.get(name);
    if (named === undefined) {
      named = new Map();
      this.#byName.set(ownCopy(name), named);
    }
    named.set(number, bound);
    this.#size++;
    bound.record(value);
  }
}
