/** Options of a start. */
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Collector, Pack } from '../catalogue/pack.js';
import type { ConfiguredBackend } from '../delivery/contract.js';
import type { Clock } from '../model/clock.js';
import type { IMetricReader, ViewOptions } from '../model/otel-sdk.js';
import type { OptionInput } from '../options/option.js';
import type { Environment } from '../options/resolve.js';
import type { generalOptions } from '../settings/general.js';

/** Catalogues, keyed by the property that holds their instruments. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

/** Packs, keyed by the property that holds their recorder. */
// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, known only to each pack.
export type Packs = Readonly<Record<string, Pack<any, any>>>;

/** Options of a start, except catalogues and packs. Precedence: code, configuration file, environment, default. */
export interface StartSettings extends Omit<OptionInput<typeof generalOptions>, 'resourceAttributes'> {
  /**
   * Backends to start, in addition to those of `OTEL_METRICS_EXPORTER`; none by default. Options given here win over the
   * environment.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { prometheus } from 'otelier/backends/prometheus';
   * startMetrics({ backends: [prometheus({ port: 9464 })] });
   */
  // biome-ignore lint/suspicious/noExplicitAny: accepts backends with any options.
  readonly backends?: readonly ConfiguredBackend<any>[];
  /**
   * Collectors to start, instead of the default `runtime`; those that `OTELIER_COLLECTORS` names start in addition.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { runtime } from 'otelier/collectors/runtime';
   * startMetrics({ collectors: [runtime({ resolutionMs: 20 })] });
   */
  readonly collectors?: readonly Collector[];
  /**
   * Stock OpenTelemetry readers, in addition to the backends; none by default.
   *
   * @example
   * startMetrics({ readers: [] });
   */
  readonly readers?: readonly IMetricReader[];
  /**
   * OpenTelemetry views; none by default. A view on a metric of a catalogue overrides single fields, without a
   * second stream.
   *
   * @example
   * startMetrics({ views: [{ instrumentName: 'shop.orders', attributesProcessors: [] }] });
   */
  readonly views?: readonly ViewOptions[];
  /**
   * Resource attributes, which describe the process; they win over the environment and the detectors.
   *
   * @example
   * startMetrics({ resource: { 'service.version': '1.4.0' } });
   */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Starts private metrics for tests: not registered globally, not shared, without self-metrics, and not flushed when the
   * process ends. False by default.
   *
   * @example
   * startMetrics({ isolated: true });
   */
  readonly isolated?: boolean;
  /**
   * Environment variables to read options from; `process.env` by default.
   *
   * @example
   * startMetrics({ environment: { OTEL_METRICS_EXPORTER: 'console' } });
   */
  readonly environment?: Environment;
  /**
   * Clock that times recordings and deliveries, for tests; the system clock by default.
   *
   * @example
   * startMetrics({ isolated: true, clock: { nowUnixMs: () => 0, monotonicMs: () => 0 } });
   */
  readonly clock?: Clock;
}
