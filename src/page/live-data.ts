/** Data of the server: the model, and the values of the last minutes. */
import { signal } from '@preact/signals';
import type {
  CurrentSeries,
  PageBackend,
  PageBudget,
  PageHistory,
  PageModel,
  PageSeries,
  PageUpdate,
  PastSeries,
  StreamMessage,
} from '../backends/live/messages.js';
import { Palette } from './palette.js';
import { SeriesRing } from './series-ring.js';

/** Times held: 15 minutes of updates every second, and some interruptions. */
const capacity = 1_024;

/** Series of a panel or of the open metric, and the key of its values. */
export interface KeyedSeries extends PageSeries {
  readonly key: string;
}

/** Values of the series of the open dashboard, or of the open metric. */
export class OpenSeries {
  readonly ring = new SeriesRing(capacity);
  /** Colors, which stay when the filter changes. */
  readonly palette = new Palette();
  #name: string | undefined;
  readonly #byKey = new Map<string, KeyedSeries>();

  /** Name of the dashboard or the metric. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Opens a dashboard or a metric; drops the values of another one. */
  open(name: string | undefined): void {
    if (name === this.#name) return;
    this.#name = name;
    this.palette.clear();
    this.clear();
  }

  clear(): void {
    this.ring.clear();
    this.#byKey.clear();
  }

  /** Returns the series of a panel that have values, in the order of their queries. */
  of(panel?: string): KeyedSeries[] {
    const held = new Set(this.ring.keys);
    return [...this.#byKey.values()]
      .filter((series) => series.panel === panel && held.has(series.key))
      .sort((a, b) => a.query - b.query);
  }

  append(time: number, series: readonly CurrentSeries[]): void {
    this.ring.append(
      time,
      series.map((each) => [this.#keyOf(each), each.value] as const),
    );
  }

  merge(times: readonly number[], series: readonly PastSeries[]): void {
    this.ring.merge(
      times,
      series.map((each) => [this.#keyOf(each), each.values] as const),
    );
  }

  #keyOf({ panel, query, legend }: PageSeries): string {
    const key = JSON.stringify([panel ?? null, query, legend]);
    if (!this.#byKey.has(key)) this.#byKey.set(key, { key, query, legend, ...(panel === undefined ? {} : { panel }) });
    return key;
  }
}

/** Everything that the page shows. Views read the signals; `received` changes with each message that has values. */
export class LiveData {
  readonly model = signal<PageModel | undefined>(undefined);
  readonly budgets = signal<readonly PageBudget[]>([]);
  readonly backends = signal<readonly PageBackend[]>([]);
  /** Message of the server about a subscription that it refused. */
  readonly error = signal<string | undefined>(undefined);
  /** Number of series of the open metric, of which only the highest are sent. */
  readonly total = signal(0);
  /** Values of all metrics, by name. */
  readonly metrics = new SeriesRing(capacity);
  readonly dashboard = new OpenSeries();
  readonly metric = new OpenSeries();
  readonly #onValues: (time: number, arePast: boolean) => void;

  /** @param onValues called with the time of the latest values whenever values came. */
  constructor(onValues: (time: number, arePast: boolean) => void) {
    this.#onValues = onValues;
  }

  /** Takes a message of the server. Messages of other kinds are ignored. */
  apply(message: StreamMessage): void {
    if (message.type === 'page.model') this.#applyModel(message);
    else if (message.type === 'page.history') this.#applyHistory(message);
    else if (message.type === 'page.update') this.#applyUpdate(message);
    else if (message.type === 'error') this.error.value = message.message;
  }

  #applyModel(model: PageModel): void {
    const former = this.model.peek();
    this.model.value = model;
    this.error.value = undefined;
    if (former === undefined || former.started === model.started) return;
    const rings = [this.metrics, this.dashboard.ring, this.metric.ring];
    for (const ring of rings) {
      if (former.application_id === model.application_id) ring.interrupt();
      else ring.clear();
    }
  }

  #applyHistory({ times, metrics, dashboard, metric }: PageHistory): void {
    if (metrics !== undefined) this.metrics.merge(times, Object.entries(metrics));
    if (dashboard !== undefined && dashboard.name === this.dashboard.name)
      this.dashboard.merge(times, dashboard.series);
    if (metric !== undefined && metric.name === this.metric.name) this.metric.merge(times, metric.series);
    const { last } = this.metrics;
    if (last !== undefined) this.#onValues(last, true);
  }

  #applyUpdate({ time, metrics, dashboard, metric, budgets, backends }: PageUpdate): void {
    this.metrics.append(time, Object.entries(metrics));
    if (dashboard !== undefined && dashboard.name === this.dashboard.name)
      this.dashboard.append(time, dashboard.series);
    if (metric !== undefined && metric.name === this.metric.name) {
      this.metric.append(time, metric.series);
      this.total.value = metric.total;
    }
    this.budgets.value = budgets;
    this.backends.value = backends;
    this.#onValues(time, false);
  }
}
