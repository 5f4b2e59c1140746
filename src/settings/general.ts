/** General options, shared by all backends, with the variables of the OpenTelemetry specification. */
import { defaultCreationLimits } from '../model/instrument.js';
import {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  millisecondsOption,
  pairsOption,
  textOption,
  timeoutOption,
} from '../options/option.js';

/** General options, keyed by their name in `startMetrics`. */
export const generalOptions = {
  configFile: textOption({
    environment: ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'],
    description:
      'Path of an OpenTelemetry declarative configuration file. With a file, OTEL_* and OTELIER_* are read only where the file references them.',
    default: undefined,
  }),
  disabled: flagOption({
    environment: ['OTEL_SDK_DISABLED'],
    description: 'Disables all metrics.',
    default: false,
  }),
  exporters: listOption({
    environment: ['OTELIER_METRICS_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    description:
      'Names of the backends to start, or none. OTELIER_METRICS_EXPORTER wins and is not read by other OpenTelemetry SDKs in the process.',
    default: undefined,
  }),
  packNames: listOption({
    environment: ['OTELIER_PACKS'],
    description:
      'Names of the packs to start without code: http, or none. Default: http with otelier/register, otherwise none. A pack of the same name in code replaces it.',
    default: undefined,
  }),
  serviceName: textOption({
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
  exportIntervalMs: millisecondsOption({
    environment: ['OTEL_METRIC_EXPORT_INTERVAL'],
    description:
      'Interval between two pushes, in milliseconds. Default: 60000 for otlp, 10000 for console and datadog, no interval for pushgateway.',
    default: undefined,
  }),
  exportTimeoutMs: timeoutOption({
    environment: ['OTEL_METRIC_EXPORT_TIMEOUT'],
    description: 'Timeout of one push, in milliseconds; capped at the interval.',
    default: 30_000,
  }),
  spoolDirectory: textOption({
    environment: ['OTELIER_SPOOL_DIR'],
    description:
      'Folder that keeps undelivered pushes across restarts; when unset, undelivered pushes are kept in memory only.',
    default: undefined,
  }),
  spoolMaxBytes: integerOption({
    environment: ['OTELIER_SPOOL_MAX_BYTES'],
    description:
      'Maximum compressed size of the spool folder per backend, in bytes; the oldest pushes are dropped first.',
    default: 64 * 1024 * 1024,
    min: 65_536,
    max: 1024 ** 4,
    what: 'bytes',
  }),
  spoolMaxAgeMs: millisecondsOption({
    environment: ['OTELIER_SPOOL_MAX_AGE'],
    description: 'Maximum age of a push in the spool folder, in milliseconds; older pushes are dropped.',
    default: 24 * 3_600_000,
  }),
  maxRetryAfterMs: millisecondsOption({
    environment: ['OTELIER_MAX_RETRY_AFTER'],
    description: 'Longest wait in milliseconds that an endpoint may ask for (Retry-After); ten intervals if not set.',
    default: undefined,
  }),
  exemplarFilter: choiceOption({
    environment: ['OTEL_METRICS_EXEMPLAR_FILTER'],
    description: 'Selects the measurements that may become exemplars.',
    default: 'trace_based',
    values: ['always_on', 'always_off', 'trace_based'],
  }),
  maxInstruments: integerOption({
    environment: ['OTELIER_MAX_INSTRUMENTS'],
    description:
      'Maximum number of instruments in the process. An instrument beyond it records nothing and is counted as instrument_overflow.',
    default: defaultCreationLimits.maxInstruments,
    min: 1,
    max: 10_000_000,
    what: 'instruments',
  }),
  maxScopes: integerOption({
    environment: ['OTELIER_MAX_SCOPES'],
    description:
      'Maximum number of instrumentation scopes (names and versions of meters) in the process. Instruments of a scope beyond it record nothing; the scope is counted as scope_overflow.',
    default: defaultCreationLimits.maxScopes,
    min: 1,
    max: 1_000_000,
    what: 'scopes',
  }),
  withoutSelfMetrics: flagOption({
    environment: ['OTELIER_WITHOUT_SELF_METRICS'],
    description: 'Omits the self-metrics otel.sdk.* and otelier.*.',
    default: false,
  }),
  logLevel: choiceOption({
    environment: ['OTEL_LOG_LEVEL'],
    description:
      'Minimum level of the diagnostics on stderr. The line that says where metrics go has level info; on a terminal it is also shown by default.',
    default: 'warn',
    values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
  }),
  shutdownTimeoutMs: millisecondsOption({
    environment: ['OTELIER_SHUTDOWN_TIMEOUT'],
    description: 'Timeout of a flush or a shutdown, in milliseconds.',
    default: 5_000,
  }),
};
