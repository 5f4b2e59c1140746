/** Encoded parts of the series of one stream, cached from collection to collection. */
import type { SeriesKey } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';
import { type Page, Pages } from './pages.js';

/** Bytes of one series: its whole point, or only its attributes if its points vary in length. */
export class PointTemplate {
  readonly page: Page;
  readonly from: number;
  readonly to: number;
  /** Offset of the content of the point, behind its tag and length. */
  readonly content: number;
  /** Boundaries and optional fields that the point of a histogram was encoded for. */
  readonly boundaries: readonly number[] | undefined;
  readonly shown: number;
  /** Offset of the counts within the content. */
  readonly countsAt: number;

  constructor(bytes: EncodedTemplate, page: Page, from: number) {
    this.page = page;
    this.from = from;
    this.to = from + bytes.bytes.length;
    this.content = this.to - bytes.contentLength;
    this.boundaries = bytes.boundaries;
    this.shown = bytes.shown ?? 0;
    this.countsAt = bytes.countsAt ?? 0;
  }
}

/** A template before it is stored in a page. */
export interface EncodedTemplate {
  readonly bytes: Uint8Array;
  readonly contentLength: number;
  readonly boundaries?: readonly number[];
  readonly shown?: number;
  readonly countsAt?: number;
}

/** Templates of the series of one stream. */
export class TemplateCache extends SeriesCache<PointTemplate> {
  readonly #pages = new Pages();
  /** Bytes in pages that belong to cached templates, and to discarded ones. */
  #used = 0;
  #unused = 0;

  constructor() {
    super(({ from, to }) => {
      this.#used -= to - from;
      this.#unused += to - from;
    });
  }

  /** Stores the template of a series. It replaces the previous one, whose bytes stay valid for the current walk. */
  add(series: SeriesKey, encoded: EncodedTemplate): PointTemplate {
    const { page, from } = this.#pages.add(encoded.bytes);
    const template = new PointTemplate(encoded, page, from);
    this.set(series, template);
    this.#used += encoded.bytes.length;
    return template;
  }

  /** Ends the walk: discards series that none of the last `walks` walks visited. */
  override endWalk(walks: number): void {
    super.endWalk(walks);
    // If most of the memory is unused, the rest is encoded again rather than moved.
    if (this.#unused <= this.#used) return;
    this.clear();
    this.#pages.clear();
    this.#used = 0;
    this.#unused = 0;
  }
}
