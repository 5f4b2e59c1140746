/**
 * The series of one stream as a format shows them, kept from one scrape to the next.
 *
 * A walk visits the series of a stream in the same order each time, with the same attribute objects, so that the place
 * in a list is all that has to be known.
 */
import type { Attributes } from '@opentelemetry/api';
import type { MetricStream } from '../../model/points.js';
import type { Family } from './family.js';
import { collisionLabel, type Label, labelsOf } from './labels.js';
import type { Names } from './names.js';

/** How a format shows series: what it needs to know of each, and what of that tells one from the others of its family. */
export interface SeriesFormat<S> {
  render(family: Family, labels: readonly Label[], stream: MetricStream): S;
  keyOf(shown: S): string;
}

/** The series of one stream, in the order of the walk. */
export class StreamSeries<S = unknown> {
  readonly family: Family;
  readonly unit: string | undefined;
  readonly #stream: MetricStream;
  readonly #fixed: readonly Label[];
  readonly #names: Names;
  readonly #format: SeriesFormat<S>;
  readonly #attributes: Attributes[] = [];
  readonly #shown: S[] = [];
  #next = 0;
  #generation = 0;
  /** The scrape that it was shown in last. */
  scrape = 0;

  constructor(
    family: Family,
    unit: string | undefined,
    stream: MetricStream,
    fixed: readonly Label[],
    names: Names,
    format: SeriesFormat<S>,
  ) {
    this.family = family;
    this.unit = unit;
    this.#stream = stream;
    this.#fixed = fixed;
    this.#names = names;
    this.#format = format;
  }

  /** Begins at the first series. */
  begin(scrape: number): void {
    this.scrape = scrape;
    this.#next = 0;
    if (this.#generation === this.family.generation) return;
    this.#generation = this.family.generation;
    this.forget();
  }

  /** What to show for the next series of the walk. */
  next(attributes: Attributes): S {
    const place = this.#next++;
    // Unlike `===`, this looks at no object: with many series each look is a wait for memory.
    if (Object.is(this.#attributes[place], attributes)) return this.#shown[place] as S;
    return this.#add(place, attributes);
  }

  /** Forgets the series behind the place where the walk ended. */
  end(): void {
    if (this.#next < this.#shown.length) this.#forgetFrom(this.#next);
  }

  /** Forgets all series. */
  forget(): void {
    this.#forgetFrom(0);
  }

  /** Where the walk differs from the one before, all that follows is made anew. */
  #add(place: number, attributes: Attributes): S {
    if (place < this.#shown.length) this.#forgetFrom(place);
    const shown = this.#unique(labelsOf(attributes, this.#fixed, this.#names));
    this.family.owners.set(this.#format.keyOf(shown), this);
    this.#attributes.push(attributes);
    this.#shown.push(shown);
    return shown;
  }

  /** Attributes that differ may have labels that do not; none of the samples is lost for that. */
  #unique(labels: readonly Label[]): S {
    let shown = this.#format.render(this.family, labels, this.#stream);
    for (let number = 2; this.#isTaken(this.#format.keyOf(shown)); number++) {
      this.family.collided = true;
      const numbered = [...labels, { name: collisionLabel, value: String(number) }];
      shown = this.#format.render(this.family, numbered, this.#stream);
    }
    return shown;
  }

  /** Whether a series shown before in this scrape has the key; one that may come later makes room. */
  #isTaken(key: string): boolean {
    const owner = this.family.owners.get(key);
    if (owner === undefined) return false;
    if (owner.scrape === this.scrape) return true;
    owner.forget();
    return false;
  }

  #forgetFrom(place: number): void {
    const { owners } = this.family;
    for (const key of this.#shown.splice(place).map(this.#format.keyOf)) {
      if (owners.get(key) === this) owners.delete(key);
    }
    this.#attributes.length = place;
  }
}
