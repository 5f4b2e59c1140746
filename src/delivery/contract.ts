/** The backend contract: a name, a table of options, and a function that starts a reader. */
import type { Clock } from '../model/clock.js';
import type { MetricReader } from '../model/otel-sdk.js';
import type { DeriveOptions, OptionInput, OptionTable, OptionValues } from '../options/option.js';
import type { Routes } from './routes.js';

/** Passed to a backend when it starts. */
export interface BackendContext {
  /** Name in status, self-metrics and log lines: the name of the kind, or `otlp/2` for the second of a kind. */
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds between exports; `undefined` if not configured, for the backend's own default. */
  readonly exportIntervalMs: number | undefined;
  /** Milliseconds that one collection and export may take; 0 for no limit. */
  readonly exportTimeoutMs: number;
  /** Longest wait in milliseconds that an endpoint may ask for; `undefined` if not configured, for ten intervals. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Source of the choice of this backend; `default` if neither a backend nor an option of this one was configured. */
  readonly chosenBy: 'code' | 'environment' | 'default';
  /** Returns what set an option, for messages: the variable, the place in the configuration file, or the option itself. */
  readonly sourceOf?: ((option: string) => string) | undefined;
  /** Describes the invalid variable of an option that has no value because of it, as the log does. */
  readonly problemOf?: ((option: string) => string | undefined) | undefined;
  /** True if collectors were configured. A reader for people then shows their metrics; those on by default would hide others. */
  readonly showsCollectors?: boolean | undefined;
  /** Returns the status of every backend of the same metrics, this one included. */
  statuses(): readonly BackendStatus[];
  /** Location of undelivered requests on disk; `undefined` if not configured. */
  readonly spool?: SpoolLocation | undefined;
  /** Creates the routes of the live view, for a backend with an HTTP endpoint. Call it at most once. */
  readonly live?: ((limits: { readonly maxClients: number }) => Routes) | undefined;
  /** Logs a message for operators. Each cause is logged once. */
  warn(message: string): void;
  /** Called after each delivery with its duration and, if it failed, the kind of failure. */
  onDelivery(seconds: number, failure: string | undefined): void;
}

/** Folder and limits of a spool. */
export interface SpoolLocation {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** A kind of backend, as the table of backends lists it. */
export interface BackendKind<T extends OptionTable = OptionTable> {
  /** Name in `OTEL_METRICS_EXPORTER` and `OTELIER_METRICS_EXPORTER`. */
  readonly name: string;
  /** Other words for the backend, in lower-case letters and digits; messages suggest the name for them. */
  readonly aliases?: readonly string[];
  readonly options: T;
  /** Present on backends that are scraped instead of exporting at an interval. */
  readonly pull?: true;
  /** Derives defaults from the options that are set, as a preset does. */
  readonly derive?: DeriveOptions<T>;
  /** Starts a backend with resolved options. Must not open anything that keeps the process alive. */
  start(options: OptionValues<T>, context: BackendContext): Backend;
}

/** A backend configured in code: the result of `prometheus()`, `otlp()` and the like. */
export interface ConfiguredBackend<T extends OptionTable = OptionTable> {
  readonly kind: BackendKind<T>;
  readonly input: OptionInput<T>;
}

/** A running backend. */
export interface Backend {
  readonly name: string;
  /** Registered with the `MeterProvider`. */
  readonly reader: MetricReader;
  /** Settles when the backend can deliver; rejects with the reason if it cannot. */
  readonly ready: Promise<void>;
  status(): BackendStatus;
  /**
   * Delivers the latest values without waiting when the process ends at once. Absent on backends that cannot.
   *
   * @returns false if the values are lost.
   */
  deliverNow?(): boolean;
  /**
   * Returns what to check after a failed delivery; `undefined` if nothing is known.
   *
   * @param reason reason of the failure; that of the last failure by default.
   */
  remedy?(reason?: string): string | undefined;
}

/** State and counts of a backend. */
export interface BackendStatus {
  readonly name: string;
  /** `waiting` until the first delivery or failure. */
  readonly state: 'waiting' | 'ok' | 'failing';
  /** True if the backend cannot deliver at all, for example because a package or a key is missing. */
  readonly disabled?: true;
  /** Address of the endpoint, without secrets. */
  readonly url?: string;
  /** Address of the live page; absent if the backend does not serve it. */
  readonly pageUrl?: string;
  /** Number of successful deliveries. */
  readonly delivered: number;
  /** Number of failed deliveries. */
  readonly failed: number;
  /** Data points by outcome. Scrapes that share a collection count its points once. */
  readonly points: PointCounts;
  /** Requests that will be sent again; absent if no request waits. After a shutdown: requests that stay on disk. */
  readonly waiting?: WaitingCounts;
  /** Detail that load shedding left out; absent if nothing was left out. */
  readonly shed?: ShedCounts;
  /** Number of requests that were sent again. */
  readonly retries: number;
  /** State of `Retry-After`; absent on backends that send no requests. */
  readonly retryAfter?: RetryAfterStatus;
  /** True while a delivery is under way. */
  readonly inFlight: boolean;
  /** Time of the last success, milliseconds since 1970-01-01 UTC; absent before the first. */
  readonly lastSuccessUnixMs?: number;
  /** Duration of the last delivery in milliseconds, successful or not. */
  readonly lastDurationMs?: number;
  /** Reason of the last failure; absent after a success. */
  readonly reason?: string;
}

/** Data points by outcome. Points that failed and will be sent again are not counted here. */
export interface PointCounts {
  readonly exported: number;
  /** Points that were merged into exported ones, because the format cannot tell their series apart; absent if none were. */
  readonly merged?: number;
  /** Points that the endpoint rejected within accepted requests. */
  readonly rejected: number;
  /** Points that were given up, by cause; a cause that did not occur is absent. */
  readonly dropped: Readonly<Partial<Record<DropCause, number>>>;
}

/** Requests that are kept until they are delivered, in memory or on disk. */
export interface WaitingCounts {
  readonly requests: number;
  readonly points: number;
  /** Size as stored: compressed on disk, uncompressed in memory. */
  readonly bytes: number;
}

/** How long the endpoint asked to wait. */
export interface RetryAfterStatus {
  /** Milliseconds until exports at the interval resume; 0 if the endpoint did not ask to wait. */
  readonly remainingMs: number;
  /** Longest wait that is honored, in milliseconds: ten intervals by default. */
  readonly maxMs: number;
}

/** Detail that was left out because deliveries took most of their interval. */
export interface ShedCounts {
  readonly exemplars: number;
  /** Points that were merged into others; sums are unchanged. */
  readonly attributes: number;
  /** Points of metrics with low priority. */
  readonly metrics: number;
  /** Kinds of detail that are left out at present. */
  readonly now: readonly ('exemplars' | 'attributes' | 'metrics')[];
}

/**
 * Why points were given up: the endpoint refused them for good; a single point exceeded the maximum request size; they
 * could not be stored, had to make room, or expired on disk; the backend was closed before they were delivered.
 */
export type DropCause = 'refused' | 'too large' | 'not kept' | 'no room' | 'too old' | 'closed';
