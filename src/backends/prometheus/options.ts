/** Options of the Prometheus endpoint. */
import { translationStrategies } from '../../naming/prometheus.js';
import {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  type Option,
  textOption,
  urlOption,
} from '../../options/option.js';
import { hostOption } from './host-option.js';
import { securityOptions } from './security/options.js';

/** Options of the endpoint, those of its security included. */
export const prometheusOptions = {
  /**
   * Host name or address to listen on. By default `localhost`.
   */
  host: hostOption({
    otherNames: ['address', 'hostname', 'listenaddress'],
    environment: ['OTEL_EXPORTER_PROMETHEUS_HOST'],
    description: 'Host name or address to listen on.',
    default: 'localhost',
    portVariable: 'OTEL_EXPORTER_PROMETHEUS_PORT',
  }),
  /**
   * Port that the endpoint listens on; 0 selects a free port. 0 to 65,535, by default 9464.
   */
  port: integerOption({
    environment: ['OTEL_EXPORTER_PROMETHEUS_PORT'],
    description: 'Port that the endpoint listens on; 0 selects a free port.',
    default: 9464,
    min: 0,
    max: 65_535,
    what: 'a port',
  }),
  /**
   * Path prefix of all paths of the endpoint, such as /internal.
   */
  basePath: basePathOption({
    environment: ['OTELIER_PROMETHEUS_BASE_PATH'],
    description: 'Path prefix of all paths of the endpoint, such as /internal.',
    default: '',
  }),
  /**
   * Translation of OpenTelemetry metric names to Prometheus names. By default `UnderscoreEscapingWithSuffixes`.
   */
  translationStrategy: choiceOption({
    environment: ['OTELIER_PROMETHEUS_TRANSLATION_STRATEGY'],
    description: 'Translation of OpenTelemetry metric names to Prometheus names.',
    default: 'UnderscoreEscapingWithSuffixes',
    values: translationStrategies,
  }),
  /**
   * Omits the labels otel_scope_name, otel_scope_version and otel_scope_schema_url from every sample. By default
   * `false`.
   */
  withoutScopeLabels: flagOption({
    otherNames: ['withoutscopeinfo'],
    environment: ['OTELIER_PROMETHEUS_WITHOUT_SCOPE_LABELS'],
    description: 'Omits the labels otel_scope_name, otel_scope_version and otel_scope_schema_url from every sample.',
    default: false,
  }),
  /**
   * Omits the metric target_info, which carries the resource attributes. By default `false`.
   */
  withoutTargetInfo: flagOption({
    environment: ['OTELIER_PROMETHEUS_WITHOUT_TARGET_INFO'],
    description: 'Omits the metric target_info, which carries the resource attributes.',
    default: false,
  }),
  /**
   * Keys of resource attributes that become labels of every sample.
   */
  resourceLabels: listOption({
    otherNames: ['withresourceconstantlabels', 'defaultlabels', 'labels', 'constlabels'],
    environment: ['OTELIER_PROMETHEUS_RESOURCE_LABELS'],
    description: 'Keys of resource attributes that become labels of every sample.',
    default: [],
  }),
  /**
   * Adds a _created sample with the start time to each counter and histogram series in OpenMetrics. By default `false`.
   */
  createdSamples: flagOption({
    environment: ['OTELIER_PROMETHEUS_CREATED_SAMPLES'],
    description: 'Adds a _created sample with the start time to each counter and histogram series in OpenMetrics.',
    default: false,
  }),
  /**
   * Serves OpenMetrics 2.0 (2.0.0-rc0, experimental) to scrapers that request version=2.0.0 of OpenMetrics. By default
   * `false`.
   */
  openMetrics2: flagOption({
    environment: ['OTELIER_PROMETHEUS_OPENMETRICS2'],
    description:
      'Serves OpenMetrics 2.0 (2.0.0-rc0, experimental) to scrapers that request version=2.0.0 of OpenMetrics.',
    default: false,
  }),
  /**
   * Serves the output of OpenTelemetry's own exporter byte for byte, in text 0.0.4 only. Requires the package
   * `@opentelemetry/exporter-prometheus`. By default `false`.
   */
  stock: flagOption({
    environment: ['OTELIER_PROMETHEUS_STOCK'],
    description:
      "Serves the output of OpenTelemetry's own exporter byte for byte, in text 0.0.4 only. Requires the package @opentelemetry/exporter-prometheus.",
    default: false,
  }),
  /**
   * Maximum number of concurrent scrapes; further scrapes get status 503 with Retry-After. 1 to 100,000, by default
   * 512.
   */
  maxInFlight: integerOption({
    environment: ['OTELIER_PROMETHEUS_MAX_IN_FLIGHT'],
    description: 'Maximum number of concurrent scrapes; further scrapes get status 503 with Retry-After.',
    default: 512,
    min: 1,
    max: 100_000,
    what: 'scrapes',
  }),
  /**
   * URL that /dashboard redirects to.
   */
  dashboardUrl: urlOption<string | undefined>({
    environment: ['OTELIER_PROMETHEUS_DASHBOARD_URL'],
    description: 'URL that /dashboard redirects to.',
    default: undefined,
  }),
  /**
   * Serves the live page at /, and its stream. By default `true`, but `false` if NODE_ENV is production and in
   * `mountedPrometheus`.
   */
  page: flagOption({
    environment: ['OTELIER_PROMETHEUS_PAGE'],
    description:
      'Serves the live page at /, and its stream; false by default if NODE_ENV is production and in mountedPrometheus.',
    default: true,
  }),
  /**
   * Maximum number of clients of the live stream; further clients get status 503. 1 to 10,000, by default 100.
   */
  maxLiveClients: integerOption({
    environment: ['OTELIER_PROMETHEUS_MAX_LIVE_CLIENTS'],
    description: 'Maximum number of clients of the live stream; further clients get status 503.',
    default: 100,
    min: 1,
    max: 10_000,
    what: 'clients',
  }),
  ...securityOptions,
};

/** Declares a path prefix, percent-encoded where necessary, without a trailing slash. */
function basePathOption(declaration: Parameters<typeof textOption<string>>[0]): Option<string> {
  const accepts = (value: unknown) => typeof value === 'string' && /^(\/[\w.~!$&'()*+,;=:@%-]+)*$/.test(value);
  return {
    ...textOption(declaration),
    expected: "a path such as /internal, without a trailing '/', or nothing",
    parse: (raw) => (accepts(raw) ? raw : undefined),
    accepts,
  };
}
