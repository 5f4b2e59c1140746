/** History in memory, filled with collections: a fixed number of snapshots, in typed arrays. */
import { MetricsError } from '../../errors.js';
import type { Collected } from '../../model/collected.js';
import { isObservable } from '../../model/instrument.js';
import type { MetricStream, Point, PointVisitor, SeriesKey, Temporality } from '../../model/points.js';
import { ColumnBlocks, cycle } from './column-blocks.js';
import { type Column, type History, type Labels, numberAt, type SeriesHistory } from './history.js';
import { keyOf, withLabels } from './label-keys.js';
import { columnCount, type StoredSeries, storedSeries } from './stored-series.js';

/** Size of a history. */
export interface SnapshotHistoryOptions {
  /** Time that windows can span, in milliseconds. */
  readonly retentionMs: number;
  /** Time between snapshots, in milliseconds. Snapshots at shorter intervals shorten the time that is held. */
  readonly intervalMs: number;
  /**
   * Limit of the stored numbers, in bytes; none by default. Beyond it, fewer snapshots are kept, and new series are left out
   * once those of `minRetentionMs` fill it. Buckets that exponential histograms add then are still stored.
   */
  readonly maxBytes?: number;
  /** Time that windows can span with any number of series, in milliseconds; `retentionMs` by default. */
  readonly minRetentionMs?: number;
  /** Labels of all series, such as `job` and `instance`. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * True if a counter or histogram that started after the snapshot before its first one is 0 in that snapshot, so that rates
   * include its first value. False by default: Prometheus ignores the first value.
   */
  readonly startsAtZero?: boolean;
}

/**
 * History of cumulative collections.
 *
 * Its size depends on its options and on the number of series: a series without points in the retained snapshots is removed.
 * A snapshot allocates nothing for the series that it has in common with earlier ones.
 */
export class SnapshotHistory implements History {
  readonly times: Column;
  first = 0;
  end = 0;
  /** Number of series of the last snapshot that were left out, because the limit in bytes is reached. */
  omitted = 0;
  readonly #options: SnapshotHistoryOptions;
  /** Series that are left out, until there is room again. */
  #omitted = new WeakSet<SeriesKey>();
  readonly #blocks: ColumnBlocks;
  readonly #fixed: readonly (readonly [string, string])[];
  readonly #metrics = new Map<string, StoredSeries[]>();
  /** By stream and by key of the walk. Collections of other sources have new objects in each walk. */
  #known = new WeakMap<MetricStream, WeakMap<SeriesKey, StoredSeries>>();
  readonly #byText = new Map<string, StoredSeries>();
  /** Series that are checked for points after one of the next snapshots, and how many after each. */
  #unchecked: StoredSeries[] = [];
  #checksAtOnce = 0;
  #hasPartialSnapshot = false;

  constructor(options: SnapshotHistoryOptions) {
    const {
      retentionMs,
      intervalMs,
      labels = {},
      minRetentionMs = retentionMs,
      maxBytes = Number.POSITIVE_INFINITY,
    } = options;
    this.#options = options;
    this.#fixed = Object.entries(labels);
    const snapshots = (milliseconds: number) => Math.ceil(milliseconds / intervalMs) + 1;
    this.#blocks = new ColumnBlocks({
      capacity: snapshots(retentionMs),
      minCapacity: snapshots(minRetentionMs),
      maxBytes,
    });
    this.times = this.#blocks.times;
  }

  /** Time that windows can span, in milliseconds: less than that of the options if series would exceed the limit in bytes. */
  get retentionMs(): number {
    const { retentionMs, intervalMs } = this.#options;
    return Math.min(retentionMs, (this.#blocks.capacity - 1) * intervalMs);
  }

  /** Bytes of the stored numbers. */
  get bytes(): number {
    return this.#blocks.bytes;
  }

  seriesOf(name: string): readonly SeriesHistory[] {
    return this.#metrics.get(name) ?? [];
  }

  /**
   * Adds a snapshot of a collection.
   *
   * @param timeMs milliseconds since 1970-01-01 UTC. Earlier snapshots are discarded if the last one is not before it.
   * @throws {MetricsError} METRICS_PANEL_INVALID if the collection is one of delta points.
   */
  async add(collected: Collected, timeMs: number): Promise<void> {
    await collected.walk(this.snapshotAt(timeMs));
  }

  /**
   * Returns a visitor that adds one collection. Its snapshot is visible from the end of the walk, and one walk must end before
   * the next one starts.
   */
  snapshotAt(timeMs: number): PointVisitor {
    const position = this.end;
    if (this.#hasPartialSnapshot) for (const series of this.#all()) series.clear(position);
    this.#hasPartialSnapshot = true;
    const { startsAtZero = false } = this.#options;
    // A series that started since then was 0 in the last snapshot.
    const zeroSinceMs =
      startsAtZero && position > this.first ? numberAt(this.times, position - 1) : Number.POSITIVE_INFINITY;
    let stream: MetricStream | undefined;
    let omitted = 0;
    const started: StoredSeries[] = [];
    const write = (point: Point) => {
      if (stream === undefined) return;
      const series = this.#seriesOf(stream, point);
      if (series === undefined) {
        omitted++;
        return;
      }
      const isNew = point.startUnixMs >= zeroSinceMs && !series.hasPoints(position - 1, position);
      if (isNew && countsFromZero(stream)) started.push(series);
      series.write(position, point);
    };
    return {
      metric: (next, temporality) => {
        checkTemporality(next, temporality);
        stream = next;
      },
      number: write,
      histogram: write,
      exponentialHistogram: write,
      end: () => {
        this.omitted = omitted;
        for (const series of started) series.startAt(position - 1);
        this.#commit(timeMs);
      },
    };
  }

  #commit(timeMs: number): void {
    this.#hasPartialSnapshot = false;
    if (this.end > this.first && timeMs <= numberAt(this.times, this.end - 1)) this.first = this.end;
    this.#blocks.times.set(this.end++, timeMs);
    // Exponential histograms may have grown.
    this.#blocks.makeRoomFor(0, this.first, this.end);
    this.first = Math.max(this.first, this.end - this.#blocks.capacity);
    this.#removeUnused();
    this.#blocks.makeRoom(this.first, this.end);
    this.first = Math.max(this.first, this.end - this.#blocks.capacity);
  }

  /** Returns the series of a point; `undefined` if there is no room for it. */
  #seriesOf(stream: MetricStream, point: Point): StoredSeries | undefined {
    if (this.#omitted.has(point.series)) return undefined;
    let known = this.#known.get(stream);
    if (known === undefined) {
      known = new WeakMap();
      this.#known.set(stream, known);
    }
    let series = known.get(point.series);
    if (series === undefined || series.isRemoved || !series.fits(point)) {
      series = this.#namedSeries(stream, point);
      if (series === undefined) this.#omitted.add(point.series);
      else known.set(point.series, series);
    }
    return series;
  }

  /** Returns the series with the labels of a point, which it creates if needed and if there is room. */
  #namedSeries({ name, scope, points }: MetricStream, point: Point): StoredSeries | undefined {
    const labels = this.#labelsOf(point);
    const key = JSON.stringify([name, points, scope.name, scope.version, keyOf(labels)]);
    const known = this.#byText.get(key);
    if (known?.fits(point)) return known;
    const hasRoom = this.#blocks.makeRoomFor(columnCount(points, point), this.first, this.end);
    this.first = Math.max(this.first, this.end - this.#blocks.capacity);
    if (!hasRoom) return undefined;
    const column = () => this.#blocks.take(this.first, this.end);
    const snapshots = () => this.#blocks.capacity + 1;
    const charge = (bytes: number) => this.#blocks.charge(bytes);
    const { startsAtZero = false } = this.#options;
    const place = { name, key, labels, column, snapshots, charge, startsAtZero };
    const series = storedSeries(points, place, point);
    this.#byText.set(key, series);
    const all = this.#metrics.get(name);
    if (all === undefined) this.#metrics.set(name, [series]);
    else all.push(series);
    return series;
  }

  #labelsOf({ attributes }: Point): Labels {
    const own = Object.entries(attributes).map(([name, value]) => [name, textOf(value)] as const);
    return withLabels(new Map(), [...own, ...this.#fixed]);
  }

  /** Removes series without points. A part of all series is checked after each snapshot. */
  #removeUnused(): void {
    const { first, end } = this;
    if (this.#unchecked.length === 0) {
      this.#unchecked = this.#all();
      this.#checksAtOnce = Math.ceil(this.#unchecked.length / cycle);
    }
    const checked = this.#unchecked.splice(-this.#checksAtOnce || 0);
    const removed = checked.filter((series) => !series.hasPoints(first, end));
    for (const series of removed) {
      this.#blocks.released(series.remove());
      if (this.#byText.get(series.key) === series) this.#byText.delete(series.key);
    }
    if (removed.length > 0) this.#omitted = new WeakSet();
    for (const name of new Set(removed.map((series) => series.name))) {
      const kept = (this.#metrics.get(name) ?? []).filter(({ isRemoved }) => !isRemoved);
      if (kept.length === 0) this.#metrics.delete(name);
      else this.#metrics.set(name, kept);
    }
  }

  #all(): StoredSeries[] {
    return [...this.#metrics.values()].flat();
  }
}

function checkTemporality({ name, sum }: MetricStream, temporality: Temporality): void {
  if (!sum || temporality === 'cumulative') return;
  const problem = { where: `history of ${name}`, value: temporality, expected: 'a collection of cumulative points' };
  throw new MetricsError('METRICS_PANEL_INVALID', [problem]);
}

/** True for series that are 0 at their start. The total that a callback observes may have begun before its series. */
function countsFromZero({ points, sum, monotonic, kind }: MetricStream): boolean {
  return points !== 'number' || (sum && monotonic && !isObservable(kind));
}

/** Returns the text of an attribute value; lists as JSON. */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
