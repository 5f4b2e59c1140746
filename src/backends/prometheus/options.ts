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
  scopeLabels: flagOption({
    environment: ['OTELIER_PROMETHEUS_SCOPE_LABELS'],
    description:
      'Whether every sample carries the labels otel_scope_name and, where the scope has one, otel_scope_version.',
    default: true,
  }),
};
