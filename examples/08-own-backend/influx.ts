/** A custom backend: the HTTP API of InfluxDB, version 2. */
import {
  aggregationTemporalities,
  aggregationTypes,
  type BackendKind,
  type ConfiguredBackend,
  createTransport,
  keepDeliveries,
  type OptionInput,
  PushReader,
  redactUrl,
  requestSender,
  secretOption,
  textOption,
  urlOption,
} from 'otelier/backends';
import { encodeLines } from './lines.ts';

const options = {
  url: urlOption({
    environment: ['INFLUX_HOST'],
    description: 'Where InfluxDB is.',
    default: 'http://localhost:8086',
  }),
  token: secretOption({ environment: ['INFLUX_TOKEN'], description: 'An API token.', default: '' }),
  org: textOption({ environment: ['INFLUX_ORG'], description: 'The organization.', default: 'default' }),
  bucket: textOption({ environment: ['INFLUX_BUCKET_NAME'], description: 'The bucket.', default: 'metrics' }),
};

const kind: BackendKind<typeof options> = {
  name: 'influx',
  options,
  start({ url, token, org, bucket }, context) {
    const { name, clock, exportIntervalMs: intervalMs = 10_000, exportTimeoutMs: timeoutMs } = context;
    const endpoint = new URL('/api/v2/write', url);
    endpoint.search = String(new URLSearchParams({ org, bucket, precision: 'ms' }));
    const deliveries = keepDeliveries({ ...context, where: () => redactUrl(endpoint.href) });
    const headers = { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' };
    const transport = createTransport({ url: endpoint.href, headers, gzip: false, tls: {} }, clock, deliveries.retried);
    const sender = requestSender({
      transport,
      deliveries,
      clock,
      // Totals: a request that is lost costs a point on a graph, and no count.
      aggregation: () => ({ type: aggregationTypes.default }),
      temporality: () => aggregationTemporalities.cumulative,
      encode: encodeLines,
    });
    const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs });
    return { name, reader, ready: Promise.resolve(), status: deliveries.status };
  },
};

/** Configures InfluxDB for `startMetrics({ backends: [influx()] })`. */
export function influx(input: OptionInput<typeof options> = {}): ConfiguredBackend<typeof options> {
  return { kind, input };
}
