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
import { securityOptions } from './security/options.js';

export const prometheusOptions = {
  host: textOption({
    environment: ['OTEL_EXPORTER_PROMETHEUS_HOST'],
    description: 'Host name or address that the endpoint listens on.',
    default: 'localhost',
  }),
  port: integerOption({
    environment: ['OTEL_EXPORTER_PROMETHEUS_PORT'],
    description: 'Port that the endpoint listens on; 0 takes any free one.',
    default: 9464,
    min: 0,
    max: 65_535,
    what: 'a port',
  }),
  basePath: basePathOption({
    environment: ['OTELIER_PROMETHEUS_BASE_PATH'],
    description: 'What comes before /metrics, /health, /ready and /dashboard in a path, such as /internal.',
    default: '',
  }),
  translationStrategy: choiceOption({
    environment: ['OTELIER_PROMETHEUS_TRANSLATION_STRATEGY'],
    description: 'How OpenTelemetry names become those of Prometheus.',
    default: 'UnderscoreEscapingWithSuffixes',
    values: translationStrategies,
  }),
  withoutScopeLabels: flagOption({
    environment: ['OTELIER_PROMETHEUS_WITHOUT_SCOPE_LABELS'],
    description: 'Leaves the labels otel_scope_name, otel_scope_version and otel_scope_schema_url out of every sample.',
    default: false,
  }),
  withoutTargetInfo: flagOption({
    environment: ['OTELIER_PROMETHEUS_WITHOUT_TARGET_INFO'],
    description: 'Leaves out the metric target_info, which carries the attributes of the resource.',
    default: false,
  }),
  resourceLabels: listOption({
    environment: ['OTELIER_PROMETHEUS_RESOURCE_LABELS'],
    description: "Keys of the resource's attributes that become labels of every sample.",
    default: [],
  }),
  createdSamples: flagOption({
    environment: ['OTELIER_PROMETHEUS_CREATED_SAMPLES'],
    description:
      'Tells in OpenMetrics when counters and histograms began, by a sample _created for each of their series.',
    default: false,
  }),
  stock: flagOption({
    environment: ['OTELIER_PROMETHEUS_STOCK'],
    description:
      "Serves what OpenTelemetry's own exporter does, byte for byte: text 0.0.4 alone. Needs the package @opentelemetry/exporter-prometheus.",
    default: false,
  }),
  maxInFlight: integerOption({
    environment: ['OTELIER_PROMETHEUS_MAX_IN_FLIGHT'],
    description: 'Scrapes that are answered at once; more get status 503 with Retry-After.',
    default: 512,
    min: 1,
    max: 100_000,
    what: 'scrapes',
  }),
  dashboardUrl: urlOption<string | undefined>({
    environment: ['OTELIER_PROMETHEUS_DASHBOARD_URL'],
    description: 'Where /dashboard leads.',
    default: undefined,
  }),
  ...securityOptions,
};

/** The beginning of a path as it is asked for: percent-encoded where that is needed, without a slash at its end. */
function basePathOption(declaration: Parameters<typeof textOption<string>>[0]): Option<string> {
  const accepts = (value: unknown) => typeof value === 'string' && /^(\/[\w.~!$&'()*+,;=:@%-]+)*$/.test(value);
  return {
    ...textOption(declaration),
    expected: "a path such as /internal, without '/' at its end, or nothing",
    parse: (raw) => (accepts(raw) ? raw : undefined),
    accepts,
  };
}
