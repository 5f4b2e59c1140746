/** What a backend is to the rest: a name, a table of options, and a function that makes its reader. */
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Clock } from './clock.js';
import type { OptionInput, OptionTable, OptionValues } from './options.js';

/** What every backend gets when it is started. */
export interface BackendContext {
  readonly clock: Clock;
  /** Milliseconds between pushes; `undefined` when nobody said, so that the backend takes its own default. */
  readonly exportIntervalMs: number | undefined;
  /** Milliseconds that one collection and export may take. */
  readonly exportTimeoutMs: number;
  /** Who chose this backend; `default` when nobody did. */
  readonly chosenBy: 'code' | 'environment' | 'default';
  /** How all backends of the same metrics are doing, this one included. */
  statuses(): readonly BackendStatus[];
  /** Called with what an operator should know, once per occasion. */
  warn(message: string): void;
}

/** A kind of backend, as the table of backends lists it. */
export interface BackendKind<T extends OptionTable = OptionTable> {
  /** The word in `OTEL_METRICS_EXPORTER`. */
  readonly name: string;
  readonly options: T;
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
  /** Points that were refused out of deliveries that were accepted; absent while there are none. */
  readonly rejectedPoints?: number;
  /** When the last one was that was accepted, milliseconds since 1970-01-01 UTC; absent before the first. */
  readonly lastSuccessUnixMs?: number;
  /** Why the last one was not; absent when it was. */
  readonly reason?: string;
}
