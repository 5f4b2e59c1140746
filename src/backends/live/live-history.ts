/** History of the metrics of the process, and their list. */
import type { MetricStream } from '../../model/points.js';
import { prometheusName, translationStrategies } from '../../naming/prometheus.js';
import type { Dashboard } from '../../panels/dashboard.js';
import { numberAt } from '../../panels/interpreter/history.js';
import { SnapshotHistory } from '../../panels/interpreter/snapshots.js';
import { type Contents, contentsOf } from './contents.js';
import { type LiveMetric, liveMetric } from './metric.js';
import type { LiveSource } from './source.js';

/** Milliseconds between collections. */
export const intervalMs = 1_000;
const retentionMs = 900_000;
const minRetentionMs = 60_000;
const defaultMaxBytes = 32 * 2 ** 20;

/** LiveHistory is filled by `collect`, one collection at a time. */
export class LiveHistory {
  readonly #source: LiveSource;
  snapshots: SnapshotHistory;
  /** By name. */
  readonly metrics = new Map<string, LiveMetric>();
  /** Grows whenever the contents of `page.model` change. */
  version = 0;
  #contents: Contents = contentsOf([], []);
  /** Names of the packs and catalogues of the contents. */
  #shown = '[]';
  /** Metrics of a version by their names in Prometheus. */
  #exposed: { readonly version: number; readonly byName: ReadonlyMap<string, LiveMetric> } | undefined;
  /** Retained time and left out series of the current version. */
  #limits = '';

  constructor(source: LiveSource) {
    this.#source = source;
    this.snapshots = this.#emptyHistory();
  }

  /** Packs, catalogues and collectors that run, by the name that a subscription has in `packs`. */
  get groups(): Contents['groups'] {
    return this.#contents.groups;
  }

  /** Dashboards by name. That of the SDK itself is absent if its metrics are not collected. */
  get dashboards(): ReadonlyMap<string, Dashboard> {
    return this.#contents.dashboards;
  }

  /** Time of the last snapshot; `undefined` before the first. */
  get lastMs(): number | undefined {
    const { times, first, end } = this.snapshots;
    return end > first ? numberAt(times, end - 1) : undefined;
  }

  /** Returns a metric by its name in OpenTelemetry, else by its name in Prometheus. */
  metric(name: string): LiveMetric | undefined {
    return this.metrics.get(name) ?? this.#exposedMetrics().get(name);
  }

  /** Returns names of the application's own metrics: those of its catalogues and of OpenTelemetry's plain API. */
  ownMetrics(most: number): readonly string[] {
    return [...this.metrics.keys()].filter((name) => !this.#contents.ours.has(name)).slice(0, most);
  }

  /** True if rates can be calculated at the last snapshot. */
  get hasRates(): boolean {
    const { times, first, end } = this.snapshots;
    return end - first > 1 && numberAt(times, end - 1) - numberAt(times, end - 2) < 10 * intervalMs;
  }

  /** True if the last snapshot is one of the present. */
  isCurrent(nowMs: number): boolean {
    const { lastMs } = this;
    return lastMs !== undefined && Math.abs(nowMs - lastMs) < 2 * intervalMs;
  }

  /** Adds a collection. */
  async collect(): Promise<void> {
    this.updateContents();
    const producer = this.#source.producer();
    if (producer === undefined) return;
    // Before the collection: a series that starts after it starts no earlier than this snapshot.
    const nowMs = this.#source.clock.nowUnixMs();
    const collected = await producer.begin();
    // What was collected before a long pause is not shown again.
    if (this.lastMs !== undefined && nowMs - this.lastMs > retentionMs) this.snapshots = this.#emptyHistory();
    const visitor = this.snapshots.snapshotAt(nowMs);
    const seen = new Set<string>();
    await collected.walk({
      ...visitor,
      metric: (stream, temporality) => {
        seen.add(stream.name);
        this.#see(stream);
        visitor.metric(stream, temporality);
      },
    });
    for (const name of this.metrics.keys()) if (!seen.has(name)) this.#forget(name);
    const { retentionMs: held, omitted } = this.snapshots;
    const limits = `${held} ${omitted}`;
    if (limits !== this.#limits) this.version++;
    this.#limits = limits;
  }

  #exposedMetrics(): ReadonlyMap<string, LiveMetric> {
    const { version } = this;
    if (this.#exposed?.version !== version) {
      const { translation = translationStrategies[0] } = this.#source;
      const named = Array.from(
        this.metrics.values(),
        (metric) => [prometheusName(metric.stream, translation).sample, metric] as const,
      );
      this.#exposed = { version, byName: new Map(named) };
    }
    return this.#exposed.byName;
  }

  #emptyHistory(): SnapshotHistory {
    const { maxBytes = defaultMaxBytes } = this.#source;
    return new SnapshotHistory({ retentionMs, intervalMs, minRetentionMs, maxBytes, startsAtZero: true });
  }

  /** Reads which packs, catalogues and collectors run. */
  updateContents(): void {
    const [packs, catalogues] = [this.#source.packs(), this.#source.catalogues()];
    const shown = JSON.stringify(
      [packs, catalogues].map((all) => all.map(({ name, metrics }) => [name, metrics.length])),
    );
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#contents = contentsOf(packs, catalogues);
    this.metrics.clear();
    this.version++;
  }

  #see(stream: MetricStream): void {
    // Metrics of one name in several scopes are one family.
    if (this.metrics.has(stream.name)) return;
    this.metrics.set(stream.name, liveMetric(stream, this.#contents.defined.get(stream.name)));
    this.version++;
  }

  #forget(name: string): void {
    this.metrics.delete(name);
    this.version++;
  }
}
