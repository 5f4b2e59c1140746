/** What a backend is to the rest: a name, a table of options, and a function that makes its reader. */
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../model/clock.js';
import type { DeriveOptions, OptionInput, OptionTable, OptionValues } from '../options/option.js';

/** What every backend gets when it is started. */
export interface BackendContext {
  /** What it is called in its status, its metrics and its warnings: the name of its kind, or `otlp/2` for a second one. */
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds between pushes; `undefined` when nobody said, so that the backend takes its own default. */
  readonly exportIntervalMs: number | undefined;
  /** Milliseconds that one collection and export may take. */
  readonly exportTimeoutMs: number;
  /** Who chose this backend; `default` when nobody did. */
  readonly chosenBy: 'code' | 'environment' | 'default';
  /** How all backends of the same metrics are doing, this one included. */
  statuses(): readonly BackendStatus[];
  /** Where what could not be delivered is kept; `undefined` when nobody asked for that. */
  readonly spool?: SpoolPlace | undefined;
  /** Called with what an operator should know, once per occasion. */
  warn(message: string): void;
  /** Told how many seconds a delivery took, and with what kind of failure it ended. */
  onDelivery(seconds: number, failure: string | undefined): void;
}

/** Where on disk, and how much. */
export interface SpoolPlace {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** A kind of backend, as the table of backends lists it. */
export interface BackendKind<T extends OptionTable = OptionTable> {
  /** The word in `OTEL_METRICS_EXPORTER`. */
  readonly name: string;
  readonly options: T;
  /** Is asked for its metrics, and pushes nothing at an interval. */
  readonly pull?: true;
  /** Takes the place of defaults: a preset. */
  readonly derive?: DeriveOptions<T>;
  /** Makes a running backend of resolved options. Opens nothing that keeps the process alive. */
  start(options: OptionValues<T>, context: BackendContext): Backend;
}

/** A backend that code asked for, with the options that it set: made by `prometheus()`, `otlp()`, `consoleTable()`. */
export interface ConfiguredBackend<T extends OptionTable = OptionTable> {
  readonly kind: BackendKind<T>;
  readonly input: OptionInput<T>;
}

/** One that runs. */
export interface Backend {
  readonly name: string;
  /** What the `MeterProvider` reads for. */
  readonly reader: IMetricReader;
  /** Settles when the backend can deliver; rejects with the reason why it cannot. */
  readonly ready: Promise<void>;
  status(): BackendStatus;
}

/** How a backend is doing. */
export interface BackendStatus {
  readonly name: string;
  /** `waiting` until the first delivery or failure. */
  readonly state: 'waiting' | 'ok' | 'failing';
  /** Where its data can be had or goes to, without secrets. */
  readonly url?: string;
  /** Deliveries that were accepted. */
  readonly delivered: number;
  /** Deliveries that were not. */
  readonly failed: number;
  /** Data points by what became of them. A scrape is not taken apart: there they stay 0. */
  readonly points: PointCounts;
  /** What could not be delivered and will be sent again; absent while nothing waits. */
  readonly waiting?: WaitingCounts;
  /** What was left out for want of time; absent while nothing was. */
  readonly shed?: ShedCounts;
  /** Requests that were sent again within one delivery. */
  readonly retries: number;
  /** Whether a delivery is under way. */
  readonly inFlight: boolean;
  /** When the last one was that was accepted, milliseconds since 1970-01-01 UTC; absent before the first. */
  readonly lastSuccessUnixMs?: number;
  /** Milliseconds that the last delivery took, whatever came of it. */
  readonly lastDurationMs?: number;
  /** Why the last one was not; absent when it was. */
  readonly reason?: string;
}

/** What became of the points that left, or were to leave. What failed and is sent again later is in none of these. */
export interface PointCounts {
  readonly exported: number;
  /** Refused out of deliveries that were accepted. */
  readonly rejected: number;
  /** Given up, by cause; a cause that did not occur is absent. */
  readonly dropped: Readonly<Partial<Record<DropCause, number>>>;
}

/** Requests that could not be delivered and are kept, in memory or on disk. */
export interface WaitingCounts {
  readonly requests: number;
  readonly points: number;
  /** As they are kept: packed on disk, as they will be sent in memory. */
  readonly bytes: number;
}

/** What was left out because deliveries took nearly all the time between them. */
export interface ShedCounts {
  readonly exemplars: number;
  /** Points that became part of others, which keep their sums. */
  readonly attributes: number;
  /** Points of metrics of low priority. */
  readonly metrics: number;
  /** What is left out at present. */
  readonly now: readonly ('exemplars' | 'attributes' | 'metrics')[];
}

/**
 * Why points were given up: an endpoint refused them for good; one alone was larger than a request may be; they could not
 * be kept, had to make room, or became too old on disk; the backend was closed while they waited.
 */
export type DropCause = 'refused' | 'too large' | 'not kept' | 'no room' | 'too old' | 'closed';
