/** Messages of the stream of live metrics, `/api/v1/metrics/stream`. Each is a JSON text. */
import type { PanelKind, Threshold } from '../../panels/panel.js';

/** Request of a client for updates. It replaces the request before; all fields except `type` are optional. */
export interface Subscription {
  readonly type: 'subscribe';
  /** Packs whose fields the updates have, such as `gateway`; catalogues and collectors, such as `runtime`, for all metrics. */
  readonly packs?: readonly string[];
  /** Names of metrics in OpenTelemetry or in Prometheus, such as `shop.orders` or `shop_orders_total`. */
  readonly metrics?: readonly string[];
  /** Attributes that series must have, with their values. */
  readonly where?: Readonly<Record<string, string>>;
  /** Milliseconds between updates, a multiple of 1000; 1000 by default. */
  readonly interval_ms?: number;
  /** Present if the client is the page: updates are then messages `page.*`. */
  readonly page?: PageView;
}

/** Dashboard and metric that are open on the page. */
export interface PageView {
  /** Name of the dashboard that is open, such as `gateway`. */
  readonly dashboard?: string;
  /** Name of the metric that is open; its series are sent one by one. */
  readonly metric?: string;
}

/**
 * Current values. Without a subscription: `requests_per_second`, `error_rate`, `p99_latency_ms` and `active_sessions` of the
 * gateway if it runs, else the fields of the first pack; without a pack, the application's own metrics, at most 50.
 */
export interface MetricsUpdate {
  readonly type: 'metrics.update';
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly application_id: string;
  /** `null` where nothing was recorded, and for a metric that does not exist. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Error of a client, before its connection is closed or its message ignored. */
export interface StreamError {
  readonly type: 'error';
  readonly message: string;
}

/** Everything that the page shows, without values. Sent when the page connects, and when metrics were added. */
export interface PageModel {
  readonly type: 'page.model';
  readonly application_id: string;
  readonly version: string;
  /** Start of the process, milliseconds since 1970-01-01 UTC. */
  readonly started: number;
  readonly retention_ms: number;
  /** Number of series that are not shown, because the limit of the history in bytes is reached; absent if all are shown. */
  readonly omitted_series?: number;
  readonly dashboards: readonly PageDashboard[];
  readonly metrics: readonly PageMetric[];
}

/** Dashboard of a pack, of a collector, or of the SDK itself. */
export interface PageDashboard {
  /** Name, such as `gateway`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PagePanel[] }[];
}

/** Panel of a dashboard. */
export interface PagePanel {
  /** Unique within the dashboard. */
  readonly title: string;
  readonly description: string;
  readonly kind: PanelKind;
  /** UCUM. */
  readonly unit: string;
  /** UCUM unit of the buckets of a heatmap, whose legends are the upper bounds. */
  readonly bucket_unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly stacked?: boolean;
  readonly thresholds: readonly Threshold[];
  /** Of 24 columns. */
  readonly width: number;
  /** PromQL of each query, for the clipboard. */
  readonly promql: readonly string[];
  /** Why the panel cannot be shown live, for example a window longer than the history; absent if it can. */
  readonly obstacle?: string;
}

/** Metric of the process. */
export interface PageMetric {
  /** Name in OpenTelemetry. */
  readonly name: string;
  /** Name in Prometheus. */
  readonly exposed: string;
  readonly kind: 'counter' | 'upDownCounter' | 'gauge' | 'histogram';
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
  /** Pack, collector or scope that the metric is part of. */
  readonly group: string;
  /** Part of the metric that its sparkline draws: `rate` of counters, `value` of gauges, `p95` of histograms. */
  readonly shown: 'rate' | 'value' | 'p95';
  /** PromQL of what is shown, for the clipboard. */
  readonly promql: string;
}

/** Values of the past, oldest first. Sent after `page.model` and for each subscription. */
export interface PageHistory {
  readonly type: 'page.history';
  /** Milliseconds since 1970-01-01 UTC. */
  readonly times: readonly number[];
  /** Of each metric, one value for each time. Present after `page.model`, and when `where` has changed. */
  readonly metrics?: Readonly<Record<string, readonly (number | null)[]>>;
  readonly dashboard?: { readonly name: string; readonly series: readonly PastSeries[] };
  readonly metric?: { readonly name: string; readonly series: readonly PastSeries[] };
}

/** Series of a panel, or of the open metric. */
export interface PageSeries {
  /** Title of the panel; absent for the open metric. */
  readonly panel?: string;
  /** Position of the query in the panel; of the open metric 0, of its percentiles 0 (p50), 1 (p95) and 2 (p99). */
  readonly query: number;
  /** Legend, or the labels of a series as text. Unique within panel and query. */
  readonly legend: string;
}

/** Series with one value for each time of its message. */
export interface PastSeries extends PageSeries {
  readonly values: readonly (number | null)[];
}

/** Series with its value now. */
export interface CurrentSeries extends PageSeries {
  readonly value: number | null;
}

/** Values now. Sent every second. */
export interface PageUpdate {
  readonly type: 'page.update';
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** By name of metric; `null` where nothing was recorded. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly dashboard?: { readonly name: string; readonly series: readonly CurrentSeries[] };
  /** The open metric: its series with the highest values, and the number of all. */
  readonly metric?: { readonly name: string; readonly series: readonly CurrentSeries[]; readonly total: number };
  readonly budgets: readonly PageBudget[];
  readonly backends: readonly PageBackend[];
}

/** Series of a metric, and their limit. */
export interface PageBudget {
  readonly metric: string;
  readonly used: number;
  readonly limit: number;
  /** Attribute with the most values, and their number. */
  readonly attribute?: string;
  readonly values?: number;
}

/** Backend, and how it fares. */
export interface PageBackend {
  readonly name: string;
  readonly state: 'waiting' | 'ok' | 'failing';
  readonly delivered: number;
  readonly failed: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly last_success?: number;
  readonly reason?: string;
}

/** Messages of the server. */
export type StreamMessage = MetricsUpdate | StreamError | PageModel | PageHistory | PageUpdate;
