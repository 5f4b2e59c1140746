/** The options that concern all backends, with the variables of the OpenTelemetry specification. */
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

/** The general options, by their name in `startMetrics`. */
export const generalOptions = {
  configFile: textOption({
    environment: ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'],
    description:
      'A file of OpenTelemetry declarative configuration; OTEL_* and OTELIER_* are then read only where it names them.',
    default: undefined,
  }),
  disabled: flagOption({
    environment: ['OTEL_SDK_DISABLED'],
    description: 'Switches everything off.',
    default: false,
  }),
  exporters: listOption({
    environment: ['OTEL_METRICS_EXPORTER'],
    description: 'The backends that the environment selects: prometheus, otlp, console, pushgateway, or none.',
    default: undefined,
  }),
  serviceName: textOption({
    environment: ['OTEL_SERVICE_NAME'],
    description: 'Resource attribute service.name.',
    default: undefined,
  }),
  resourceAttributes: pairsOption({
    environment: ['OTEL_RESOURCE_ATTRIBUTES'],
    description: 'Resource attributes.',
    default: {},
    secret: false,
  }),
  exportIntervalMs: millisecondsOption({
    environment: ['OTEL_METRIC_EXPORT_INTERVAL'],
    description:
      'Milliseconds between two pushes; when not set, 60000 for otlp, 10000 for console, and none for pushgateway.',
    default: undefined,
  }),
  exportTimeoutMs: timeoutOption({
    environment: ['OTEL_METRIC_EXPORT_TIMEOUT'],
    description: 'Milliseconds that one push may take; never more than the interval.',
    default: 30_000,
  }),
  spoolDirectory: textOption({
    environment: ['OTELIER_SPOOL_DIR'],
    description: 'Folder where pushes that could not be delivered are kept, over restarts too; without it, none are.',
    default: undefined,
  }),
  spoolMaxBytes: integerOption({
    environment: ['OTELIER_SPOOL_MAX_BYTES'],
    description: 'Bytes that each backend may keep there, compressed; the oldest make room.',
    default: 64 * 1024 * 1024,
    min: 65_536,
    max: 1024 ** 4,
    what: 'bytes',
  }),
  spoolMaxAgeMs: millisecondsOption({
    environment: ['OTELIER_SPOOL_MAX_AGE'],
    description: 'Milliseconds after which they are given up.',
    default: 24 * 3_600_000,
  }),
  maxRetryAfterMs: millisecondsOption({
    environment: ['OTELIER_MAX_RETRY_AFTER'],
    description: 'Longest wait in milliseconds that an endpoint may ask for (Retry-After); ten intervals if not set.',
    default: undefined,
  }),
  exemplarFilter: choiceOption({
    environment: ['OTEL_METRICS_EXEMPLAR_FILTER'],
    description: 'Which measurements may become exemplars.',
    default: 'trace_based',
    values: ['always_on', 'always_off', 'trace_based'],
  }),
  withoutSelfMetrics: flagOption({
    environment: ['OTELIER_WITHOUT_SELF_METRICS'],
    description: 'Leaves out what the metrics say of themselves: otel.sdk.* and otelier.*.',
    default: false,
  }),
  logLevel: choiceOption({
    environment: ['OTEL_LOG_LEVEL'],
    description: 'What the diagnostics on stderr show.',
    default: 'warn',
    values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
  }),
  shutdownTimeoutMs: millisecondsOption({
    environment: ['OTELIER_SHUTDOWN_TIMEOUT'],
    description: 'Milliseconds that a flush or shutdown may take.',
    default: 5_000,
  }),
};
