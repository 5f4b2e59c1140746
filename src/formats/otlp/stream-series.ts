/**
 * What is kept of each series from one collection to the next.
 *
 * A walk visits the series of a stream in the same order each time, with the same attribute objects: its place in a
 * list is all that has to be known. Where a walk leaves some out, as one of deltas does, they are found by the object.
 */
import type { Attributes } from '@opentelemetry/api';
import { type Page, Pages } from './pages.js';

/** One series, and its point as far as it is the same at every collection. */
export class EncodedSeries {
  readonly attributes: Attributes;
  /** Number of the walk that visited it last. */
  walk: number;
  /** Where its bytes are: all of its point, or its attributes where points are of no fixed length. */
  page: Page | undefined = undefined;
  from = 0;
  to = 0;
  /** Where the content of the point begins, which the number of its bytes stands before. */
  content = 0;
  /** What the point of a histogram was made for, and where in its content the counts are. */
  boundaries: readonly number[] | undefined = undefined;
  shown = 0;
  countsAt = 0;

  constructor(attributes: Attributes, walk: number) {
    this.attributes = attributes;
    this.walk = walk;
  }
}

/** The series of one stream. */
export class StreamSeries {
  #list: EncodedSeries[] = [];
  #next = 0;
  #walk = 0;
  /** Where in the list each is, while walks differ. */
  #places: Map<Attributes, number> | undefined;
  readonly #pages = new Pages();
  /** Bytes in pages that belong to series, and that belong to none any more. */
  #used = 0;
  #unused = 0;

  begin(): void {
    this.#next = 0;
    this.#walk++;
  }

  /** The next series of the walk. */
  next(attributes: Attributes): EncodedSeries {
    const expected = this.#list[this.#next];
    if (expected === undefined || expected.attributes !== attributes || expected.walk === this.#walk) {
      return this.#find(attributes);
    }
    this.#next++;
    expected.walk = this.#walk;
    return expected;
  }

  /** Keeps bytes for a series, in the place of those that it had. */
  keep(series: EncodedSeries, bytes: Uint8Array): Page {
    this.#leave(series);
    const { page, from } = this.#pages.add(bytes);
    this.#used += bytes.length;
    series.page = page;
    series.from = from;
    series.to = from + bytes.length;
    return page;
  }

  /** Forgets the series that so many walks in a row did not visit. */
  end(walks: number): void {
    // A walk that kept to the list to its end visited all of it.
    if (this.#places !== undefined || this.#next < this.#list.length) this.#forget(this.#walk - walks);
    if (this.#unused > this.#used) this.#forgetAll();
  }

  #find(attributes: Attributes): EncodedSeries {
    const list = this.#list;
    const atEnd = this.#next === list.length;
    // New series follow after all others, and nothing has to be looked for.
    if (!atEnd) this.#places ??= new Map(list.map((series, place) => [series.attributes, place]));
    const place = this.#places?.get(attributes);
    const known = place === undefined ? undefined : list[place];
    // Two points of one walk must not be written over each other.
    if (place !== undefined && known !== undefined && known.walk !== this.#walk) {
      this.#next = place + 1;
      known.walk = this.#walk;
      return known;
    }
    const added = new EncodedSeries(attributes, this.#walk);
    this.#places?.set(attributes, list.length);
    list.push(added);
    if (atEnd) this.#next = list.length;
    return added;
  }

  #forget(lastWalk: number): void {
    const gone = this.#list.filter(({ walk }) => walk <= lastWalk);
    if (gone.length === 0) return;
    for (const series of gone) this.#leave(series);
    this.#list = this.#list.filter(({ walk }) => walk > lastWalk);
    this.#places = undefined;
  }

  /** Where most of the memory belongs to nobody, the rest is encoded again rather than moved. */
  #forgetAll(): void {
    this.#list = [];
    this.#places = undefined;
    this.#pages.clear();
    this.#used = 0;
    this.#unused = 0;
  }

  #leave({ page, from, to }: EncodedSeries): void {
    if (page === undefined) return;
    this.#used -= to - from;
    this.#unused += to - from;
  }
}
