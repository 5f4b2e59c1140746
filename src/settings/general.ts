/** General options, shared by all backends, with the variables of the OpenTelemetry specification. */
import { defaultCreationLimits } from '../model/instrument.js';
import { doubtSeconds } from '../options/milliseconds.js';
import {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  millisecondsOption,
  textOption,
  timeoutOption,
} from '../options/option.js';
import { pairsOption } from '../options/pairs-option.js';

/** General options, keyed by their name in `startMetrics`. */
export const generalOptions = {
  /**
   * Path of an OpenTelemetry declarative configuration file; no file by default.
   *
   * @example
   * startMetrics({ configFile: 'otel.yaml' });
   */
  configFile: textOption({
    environment: ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'],
    description:
      'Path of an OpenTelemetry declarative configuration file. With a file, OTEL_* and OTELIER_* are read only where the file references them.',
    default: undefined,
  }),
  /**
   * Disables all metrics; false by default. Recording does nothing then.
   *
   * @example
   * startMetrics({ disabled: true });
   */
  disabled: flagOption({
    environment: ['OTEL_SDK_DISABLED'],
    description: 'Disables all metrics.',
    default: false,
  }),
  /**
   * Names of the backends to start, or `none`; `OTEL_METRICS_EXPORTER` sets the same.
   *
   * @example
   * startMetrics({ exporters: ['prometheus', 'otlp'] });
   */
  exporters: listOption({
    otherNames: ['exporter'],
    environment: ['OTELIER_METRICS_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    description:
      'Names of the backends to start, or none. OTELIER_METRICS_EXPORTER wins and is not read by other OpenTelemetry SDKs in the process.',
    default: undefined,
  }),
  /**
   * Names of the packs to start without code; none by default.
   *
   * @example
   * startMetrics({ packNames: ['http'] });
   */
  packNames: listOption({
    environment: ['OTELIER_PACKS'],
    description:
      'Names of the packs to start without code: http, or none. Default: http with otelier/register, otherwise none; also if no name is valid. A pack of the same name in code replaces it.',
    default: undefined,
  }),
  /**
   * Names of the collectors to start, in addition to `collectors`. By default `runtime`, or no name with `isolated` or with
   * `collectors`. The name `none` disables all collectors.
   *
   * @example
   * startMetrics({ collectorNames: ['runtime', 'host'] });
   */
  collectorNames: listOption({
    environment: ['OTELIER_COLLECTORS'],
    description:
      'Names of the collectors to start without code: runtime, host, container, gpu, or none, which also disables those of the code. Default: runtime, unless code has collectors; also if no name is valid. A collector of the same name in code replaces it.',
    default: undefined,
  }),
  /**
   * Names of the metrics of the collector `runtime` that starts by name: `otel` (default) or `prom-client`.
   *
   * @example
   * startMetrics({ runtimeNames: 'prom-client' });
   */
  runtimeNames: choiceOption({
    environment: ['OTELIER_RUNTIME_NAMES'],
    description: 'Names of the metrics of the collector runtime, unless code creates it.',
    default: 'otel',
    values: ['otel', 'prom-client'],
  }),
  /**
   * Source of the collector `host` that starts by name: `proc` (default on Linux) or `otel` (default elsewhere).
   *
   * @example
   * startMetrics({ collectorNames: ['runtime', 'host'], hostSource: 'otel' });
   */
  hostSource: choiceOption<'proc' | 'otel', 'proc' | 'otel' | undefined>({
    environment: ['OTELIER_HOST_SOURCE'],
    description:
      'Where the collector host reads, unless code creates it: the files of Linux, or the package @opentelemetry/host-metrics. Default: proc on Linux, otherwise otel.',
    default: undefined,
    values: ['proc', 'otel'],
  }),
  /**
   * Name of the service: the resource attribute `service.name`.
   *
   * @example
   * startMetrics({ serviceName: 'storefront' });
   */
  serviceName: textOption({
    otherNames: ['name', 'service'],
    environment: ['OTEL_SERVICE_NAME'],
    description: 'Value of the resource attribute service.name.',
    default: undefined,
  }),
  resourceAttributes: pairsOption({
    environment: ['OTEL_RESOURCE_ATTRIBUTES'],
    description: 'Additional resource attributes.',
    default: {},
    secret: false,
  }),
  /**
   * Interval between two pushes, from 1 ms on. By default 60,000 ms for otlp, 10,000 ms for console and datadog.
   *
   * @example
   * startMetrics({ exportIntervalMs: 10_000 });
   */
  exportIntervalMs: doubtSeconds(
    millisecondsOption({
      whenUnset: '60000 for otlp, 10000 for console and datadog',
      otherNames: [
        'collectioninterval',
        'exportinterval',
        'exportintervalmillis',
        'interval',
        'intervalms',
        'flushinterval',
        'flushintervalms',
        'flushintervalseconds',
        'bufferflushinterval',
        'pushinterval',
      ],
      environment: ['OTEL_METRIC_EXPORT_INTERVAL'],
      description:
        'Interval between two pushes, in milliseconds. Default: 60000 for otlp, 10000 for console and datadog, no interval for pushgateway.',
      default: undefined,
    }),
  ),
  /**
   * Timeout of one push in milliseconds, 0 for no limit; 30,000 by default. Capped at the interval.
   *
   * @example
   * startMetrics({ exportTimeoutMs: 5_000 });
   */
  exportTimeoutMs: timeoutOption({
    otherNames: ['exporttimeout', 'exporttimeoutmillis', 'timeout'],
    environment: ['OTEL_METRIC_EXPORT_TIMEOUT'],
    description: 'Timeout of one push, in milliseconds; capped at the interval.',
    default: 30_000,
  }),
  /**
   * Folder that keeps undelivered pushes across restarts; by default they are kept in memory only.
   *
   * @example
   * startMetrics({ spoolDirectory: '/var/lib/storefront/metrics' });
   */
  spoolDirectory: textOption({
    otherNames: ['spool', 'spooldir'],
    environment: ['OTELIER_SPOOL_DIR'],
    description:
      'Folder that keeps undelivered pushes across restarts; when unset, undelivered pushes are kept in memory only.',
    default: undefined,
  }),
  /**
   * Maximum size of the spool folder per backend in bytes, compressed, 65,536 to 2^40; 64 MiB by default.
   *
   * @example
   * startMetrics({ spoolMaxBytes: 16 * 1024 * 1024 });
   */
  spoolMaxBytes: integerOption({
    environment: ['OTELIER_SPOOL_MAX_BYTES'],
    description:
      'Maximum compressed size of the spool folder per backend, in bytes; the oldest pushes are dropped first.',
    default: 64 * 1024 * 1024,
    min: 65_536,
    max: 1024 ** 4,
    what: 'bytes',
  }),
  /**
   * Age in milliseconds after which a push in the spool folder is dropped, from 1 on; one day by default.
   *
   * @example
   * startMetrics({ spoolMaxAgeMs: 3_600_000 });
   */
  spoolMaxAgeMs: millisecondsOption({
    environment: ['OTELIER_SPOOL_MAX_AGE'],
    description: 'Maximum age of a push in the spool folder, in milliseconds; older pushes are dropped.',
    default: 24 * 3_600_000,
  }),
  /**
   * Longest wait in milliseconds that an endpoint may ask for by Retry-After, from 1 on; ten intervals by default.
   *
   * @example
   * startMetrics({ maxRetryAfterMs: 60_000 });
   */
  maxRetryAfterMs: millisecondsOption({
    whenUnset: 'ten intervals',
    environment: ['OTELIER_MAX_RETRY_AFTER'],
    description: 'Longest wait in milliseconds that an endpoint may ask for (Retry-After); ten intervals if not set.',
    default: undefined,
  }),
  /**
   * Measurements that may become exemplars; `trace_based` (measurements in sampled spans) by default.
   *
   * @example
   * startMetrics({ exemplarFilter: 'always_off' });
   */
  exemplarFilter: choiceOption({
    environment: ['OTEL_METRICS_EXEMPLAR_FILTER'],
    description: 'Selects the measurements that may become exemplars.',
    default: 'trace_based',
    values: ['always_on', 'always_off', 'trace_based'],
    aliases: {
      all: 'always_on',
      always: 'always_on',
      on: 'always_on',
      true: 'always_on',
      false: 'always_off',
      never: 'always_off',
      none: 'always_off',
      off: 'always_off',
      sampled: 'trace_based',
      trace: 'trace_based',
      withsampledtrace: 'trace_based',
    },
  }),
  /**
   * Maximum number of instruments in the process, 1 to 10,000,000; 10,000 by default. Others record nothing.
   *
   * @example
   * startMetrics({ maxInstruments: 50_000 });
   */
  maxInstruments: integerOption({
    environment: ['OTELIER_MAX_INSTRUMENTS'],
    description:
      'Maximum number of instruments in the process. An instrument beyond it records nothing and is counted as instrument_overflow.',
    default: defaultCreationLimits.maxInstruments,
    min: 1,
    max: 10_000_000,
    what: 'instruments',
  }),
  /**
   * Maximum number of instrumentation scopes in the process, 1 to 1,000,000; 1,000 by default.
   *
   * @example
   * startMetrics({ maxScopes: 5_000 });
   */
  maxScopes: integerOption({
    environment: ['OTELIER_MAX_SCOPES'],
    description:
      'Maximum number of instrumentation scopes (names and versions of meters) in the process. Instruments of a scope beyond it record nothing; the scope is counted as scope_overflow.',
    default: defaultCreationLimits.maxScopes,
    min: 1,
    max: 1_000_000,
    what: 'scopes',
  }),
  /**
   * Omits the self-metrics `otel.sdk.*` and `otelier.*`; false by default.
   *
   * @example
   * startMetrics({ withoutSelfMetrics: true });
   */
  withoutSelfMetrics: flagOption({
    environment: ['OTELIER_WITHOUT_SELF_METRICS'],
    description: 'Omits the self-metrics otel.sdk.* and otelier.*.',
    default: false,
  }),
  /**
   * Minimum level of the diagnostics on stderr; `warn` by default.
   *
   * @example
   * startMetrics({ logLevel: 'info' });
   */
  logLevel: choiceOption({
    otherNames: ['diagloglevel', 'level'],
    environment: ['OTEL_LOG_LEVEL'],
    description:
      'Minimum level of the diagnostics on stderr. The line that says where metrics go has level info; on a terminal it is also shown by default.',
    default: 'warn',
    values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
    aliases: {
      critical: 'error',
      fatal: 'error',
      information: 'info',
      notice: 'info',
      off: 'none',
      silent: 'none',
      silly: 'all',
      trace: 'verbose',
      warning: 'warn',
    },
  }),
  /**
   * Timeout of a flush or a shutdown in milliseconds, from 1 on; 5,000 by default.
   *
   * @example
   * startMetrics({ shutdownTimeoutMs: 2_000 });
   */
  shutdownTimeoutMs: millisecondsOption({
    otherNames: ['shutdowntimeout', 'shutdowntimeoutmillis', 'flushtimeout', 'forceflushtimeoutmillis'],
    environment: ['OTELIER_SHUTDOWN_TIMEOUT'],
    description: 'Timeout of a flush or a shutdown, in milliseconds.',
    default: 5_000,
  }),
};
