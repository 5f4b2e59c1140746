/**
 * The series of one stream as Datadog has them, kept from one collection to the next: the names of its metrics, and the
 * tags of each series as JSON.
 */
import type { MetricStream, SeriesKey, Temporality } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';
import { datadogName, datadogTag, datadogTags } from '../../naming/datadog.js';
import { datadogUnit } from '../../naming/datadog-units.js';

/** The tag that tells series apart whose others are the same. */
const collisionTag = 'otelier_collision';

/** Collections that a series is kept for which they do not show: a series of deltas rests while nothing is recorded. */
const restingWalks = 32;

/** Metric types of the series API. */
const types = { count: 1, gauge: 3 } as const;

/** What is written before and after the time and value of a point. */
export interface Head {
  readonly count: boolean;
  /** JSON of a series up to the timestamp of its point. */
  readonly text: string;
}

/** One series. */
interface Kept {
  /** Its tags as JSON, each with a comma before it. */
  readonly tags: string;
  /** Number of the walk that showed it last. */
  walk: number;
  /** Another series has its tags now. */
  lost: boolean;
  /** Up to which number series of the same tags were told apart, and in which walk. */
  numbered: number;
  numberedIn: number;
}

/** Which series of a metric has which tags, by the name of the metric. */
export type Owners = Map<string, Map<string, Kept>>;

/** The metrics that a stream becomes. */
export type Part = 'value' | 'count' | 'sum' | 'min' | 'max' | 'avg' | 'bucket';

/** The series of one stream. */
export class TaggedStream {
  readonly heads: Readonly<Partial<Record<Part, Head>>>;
  readonly #owners: Owners;
  readonly #names: readonly string[];
  readonly #cache = new SeriesCache<Kept>((kept) => this.#disown(kept));
  #walk = 0;

  /** @param buckets whether the buckets of a histogram are shown. */
  constructor(stream: MetricStream, temporality: Temporality, buckets: boolean, owners: Owners) {
    const parts = partsOf(stream, temporality, buckets);
    this.heads = Object.fromEntries(parts.map(([part, count, suffix]) => [part, headOf(stream, part, count, suffix)]));
    this.#names = parts.map(([, , suffix]) => datadogName(stream.name, suffix));
    this.#owners = owners;
  }

  beginWalk(walk: number): void {
    this.#walk = walk;
    this.#cache.beginWalk(walk);
  }

  /** The tags of a series as JSON, each with a comma before it. */
  tags(series: SeriesKey): string {
    const kept = this.#cache.visit(series);
    if (kept === undefined || kept.lost) return this.#add(series).tags;
    kept.walk = this.#walk;
    return kept.tags;
  }

  /** Forgets what was not shown for long; `false` when nothing is left. */
  sweep(walk: number): boolean {
    this.#cache.evictBefore(walk - restingWalks + 1);
    return this.#cache.size > 0;
  }

  /** Attributes that differ may have tags that do not: Datadog would keep the last of the points, and lose the others. */
  #add(series: SeriesKey): Kept {
    const own = datadogTags(series.attributes);
    let tags = json(own);
    const owner = this.#ownerOf(tags);
    if (owner !== undefined) {
      if (owner.numberedIn !== this.#walk) owner.numbered = 1;
      owner.numberedIn = this.#walk;
      do {
        owner.numbered++;
        tags = json([...own, datadogTag(collisionTag, String(owner.numbered))]);
      } while (this.#ownerOf(tags) !== undefined);
    }
    const kept = { tags, walk: this.#walk, lost: false, numbered: 1, numberedIn: 0 };
    for (const owned of this.#ownedByName()) {
      const before = owned.get(tags);
      if (before !== undefined) before.lost = true;
      owned.set(tags, kept);
    }
    this.#cache.set(series, kept);
    return kept;
  }

  /** The series shown before in this walk that has the tags; one that may come later makes room. */
  #ownerOf(tags: string): Kept | undefined {
    for (const owned of this.#ownedByName()) {
      const owner = owned.get(tags);
      if (owner?.walk === this.#walk) return owner;
    }
    return undefined;
  }

  #ownedByName(): Map<string, Kept>[] {
    return this.#names.map((name) => {
      const owned = this.#owners.get(name) ?? new Map<string, Kept>();
      this.#owners.set(name, owned);
      return owned;
    });
  }

  #disown(kept: Kept): void {
    for (const name of this.#names) {
      const owned = this.#owners.get(name);
      if (owned?.get(kept.tags) === kept) owned.delete(kept.tags);
      if (owned?.size === 0) this.#owners.delete(name);
    }
  }
}

/** The metrics that a stream becomes: which, whether it is a count, and what its name ends with. */
function partsOf(
  { points, sum }: MetricStream,
  temporality: Temporality,
  buckets: boolean,
): readonly (readonly [Part, count: boolean, suffix: string])[] {
  // What a total was since the last collection is a count, even where it may fall; a total itself is a gauge.
  const counts = temporality === 'delta';
  if (points === 'number') return [['value', sum && counts, '']];
  return [
    ['count', counts, '.count'],
    ['sum', counts, '.sum'],
    ['min', false, '.min'],
    ['max', false, '.max'],
    ['avg', false, '.avg'],
    ...(buckets ? [['bucket', counts, '.bucket'] as const] : []),
  ];
}

function headOf({ name, unit }: MetricStream, part: Part, count: boolean, suffix: string): Head {
  const datadog = part === 'count' || part === 'bucket' ? undefined : datadogUnit(unit);
  const metric = JSON.stringify(datadogName(name, suffix));
  const inUnit = datadog === undefined ? '' : `,"unit":${JSON.stringify(datadog)}`;
  const type = count ? types.count : types.gauge;
  return { count, text: `,{"metric":${metric},"type":${type}${inUnit},"points":[{"timestamp":` };
}

/** In one order, so that equal tags are equal text. */
function json(tags: readonly string[]): string {
  return [...new Set(tags)]
    .sort()
    .map((tag) => `,${JSON.stringify(tag)}`)
    .join('');
}
