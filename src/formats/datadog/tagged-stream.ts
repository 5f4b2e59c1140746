/** Datadog form of one stream, cached from collection to collection: the names of its metrics, and the tags of its series. */
import type { MetricStream, SeriesKey, Temporality } from '../../model/points.js';
import { SeriesCache } from '../../model/series-cache.js';
import { datadogName, datadogTag, datadogTags } from '../../naming/datadog.js';
import { datadogUnit } from '../../naming/datadog-units.js';

/** Tag that distinguishes series whose other tags are equal. */
const collisionTag = 'otelier_collision';

/** Collections without a series after which its tags are discarded: a delta series is absent while it is idle. */
const idleWalks = 32;

/** Metric types of the series API. */
const types = { count: 1, gauge: 3 } as const;

/** Constant start of a series. */
export interface Head {
  /** True for counts, false for gauges. */
  readonly count: boolean;
  /** JSON up to the timestamp of the point. */
  readonly text: string;
}

/** Cached tags of one series. */
interface Tagged {
  /** Tags as JSON, each after a comma. */
  readonly tags: string;
  /** Number of the last walk that included the series. */
  walk: number;
  /** True if another series took the tags. */
  lost: boolean;
  /** Last collision number that was assigned for these tags, and the walk that assigned it. */
  numbered: number;
  numberedIn: number;
}

/** Series by name of the metric and tags. */
export type Owners = Map<string, Map<string, Tagged>>;

/** Metrics that a stream becomes. */
export type Part = 'value' | 'count' | 'sum' | 'min' | 'max' | 'avg' | 'bucket';

/** TaggedStream holds the heads of a stream and the tags of its series. */
export class TaggedStream {
  readonly heads: Readonly<Partial<Record<Part, Head>>>;
  readonly #owners: Owners;
  readonly #names: readonly string[];
  readonly #cache = new SeriesCache<Tagged>((tagged) => this.#disown(tagged));
  #walk = 0;

  /** @param buckets true to encode the buckets of histograms. */
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

  /** Returns the tags of a series as JSON, each after a comma. */
  tags(series: SeriesKey): string {
    const tagged = this.#cache.visit(series);
    if (tagged === undefined || tagged.lost) return this.#add(series).tags;
    tagged.walk = this.#walk;
    return tagged.tags;
  }

  /** Discards idle series. Returns `false` if no series is left. */
  sweep(walk: number): boolean {
    this.#cache.evictBefore(walk - idleWalks + 1);
    return this.#cache.size > 0;
  }

  /** Adds a collision tag if different attributes have equal tags: Datadog would keep only the last of their points. */
  #add(series: SeriesKey): Tagged {
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
    const tagged = { tags, walk: this.#walk, lost: false, numbered: 1, numberedIn: 0 };
    for (const owned of this.#ownedByName()) {
      const before = owned.get(tags);
      if (before !== undefined) before.lost = true;
      owned.set(tags, tagged);
    }
    this.#cache.set(series, tagged);
    return tagged;
  }

  /** Returns the series with these tags that this walk has visited. A series that it has not visited loses the tags. */
  #ownerOf(tags: string): Tagged | undefined {
    for (const owned of this.#ownedByName()) {
      const owner = owned.get(tags);
      if (owner?.walk === this.#walk) return owner;
    }
    return undefined;
  }

  #ownedByName(): Map<string, Tagged>[] {
    return this.#names.map((name) => {
      const owned = this.#owners.get(name) ?? new Map<string, Tagged>();
      this.#owners.set(name, owned);
      return owned;
    });
  }

  #disown(tagged: Tagged): void {
    for (const name of this.#names) {
      const owned = this.#owners.get(name);
      if (owned?.get(tagged.tags) === tagged) owned.delete(tagged.tags);
      if (owned?.size === 0) this.#owners.delete(name);
    }
  }
}

/** Returns the metrics that a stream becomes: the part, whether it is a count, and the suffix of its name. */
function partsOf(
  { points, sum }: MetricStream,
  temporality: Temporality,
  buckets: boolean,
): readonly (readonly [Part, count: boolean, suffix: string])[] {
  // A delta is a count even if it can be negative; a cumulative total is a gauge.
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

/** Renders tags in sorted order, so that equal tags are equal text. */
function json(tags: readonly string[]): string {
  return [...new Set(tags)]
    .sort()
    .map((tag) => `,${JSON.stringify(tag)}`)
    .join('');
}
