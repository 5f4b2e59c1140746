/** Options of the Prometheus endpoint. */
import { flagOption, integerOption, textOption } from '../../model/options.js';

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
  withoutScopeLabels: flagOption({
    environment: ['OTELIER_PROMETHEUS_WITHOUT_SCOPE_LABELS'],
    description: 'Leaves the labels otel_scope_name and otel_scope_version out of every sample.',
    default: false,
  }),
};
