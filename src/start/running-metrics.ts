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
  /** Returns the status of each backend and the counts of rejected measurements. */
  status(): MetricsStatus;
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
