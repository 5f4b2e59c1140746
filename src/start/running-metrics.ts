/// <reference lib="esnext.disposable" preserve="true" />
/** The controls that every start returns. */
import type { Settings } from '../settings/settings.js';
import type { FlushResult } from './flush.js';
import type { MetricsStatus } from './running-backends.js';

/** Controls of running metrics, without the properties of catalogues and packs. */
export interface RunningMetrics {
  /** Resolves when servers listen; rejects with the first failure. Need not be awaited. */
  readonly ready: Promise<void>;
  /** Effective configuration, with secrets redacted. */
  readonly settings: Settings;
  /**
   * Returns the state of each backend and the number of rejected measurements by reason.
   *
   * @example
   * const { backends, rejected } = metrics.status();
   */
  status(): MetricsStatus;
  /**
   * Returns the current metrics in a format of Prometheus: text 0.0.4, OpenMetrics 1.0 or 2.0. Needs no endpoint; names and
   * labels follow the options of the backend `prometheus`. Without metrics while no backend or reader is selected, because
   * nothing is recorded then, and after the shutdown. Rejects with METRICS_OPTIONS_INVALID for an unknown format.
   */
  exposition(options?: { readonly format?: 'text' | 'openmetrics' | 'openmetrics2' | undefined }): Promise<string>;
  /** Returns the current metrics as protobuf: delimited messages `io.prometheus.client.MetricFamily`. */
  exposition(options: { readonly format: 'protobuf' }): Promise<Uint8Array>;
  /** Collects and delivers now. Resolves within `shutdownTimeoutMs` with the result of each backend; never rejects. */
  forceFlush(): Promise<FlushResult>;
  /**
   * Flushes, then stops; instruments do nothing afterwards. Callbacks that were added while these metrics ran are removed.
   * Resolves like `forceFlush`.
   */
  shutdown(): Promise<FlushResult>;
  /** Calls `shutdown`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
