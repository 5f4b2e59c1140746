/** A custom backend: the HTTP API of InfluxDB, version 2. */
import {
  aggregationTemporalities,
  aggregationTypes,
  type BackendKind,
  type ConfiguredBackend,
  createHttpClient,
  type OptionInput,
  openAccount,
  PeriodicReader,
  redactUrl,
  requestExporter,
  secretOption,
  textOption,
  urlOption,
} from 'otelier/backends';
import { encodeLines } from './lines.ts';

const options = {
  url: urlOption({
    environment: ['INFLUX_HOST'],
    description: 'The base URL of InfluxDB.',
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
    const target = new URL('/api/v2/write', url);
    target.search = String(new URLSearchParams({ org, bucket, precision: 'ms' }));
    const account = openAccount({ ...context, where: () => redactUrl(target.href) });
    const headers = { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' };
    const exporter = requestExporter({
      client: createHttpClient({ url: target.href, headers, gzip: false, tls: {} }, clock),
      account,
      clock,
      intervalMs,
      // Cumulative values: a lost request costs one point on a graph and no count.
      aggregation: () => ({ type: aggregationTypes.default }),
      temporality: () => aggregationTemporalities.cumulative,
      encode: encodeLines,
    });
    const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs });
    return { name, reader, ready: Promise.resolve(), status: account.status };
  },
};

/** Configures InfluxDB for `startMetrics({ backends: [influx()] })`. */
export function influx(input: OptionInput<typeof options> = {}): ConfiguredBackend<typeof options> {
  return { kind, input };
}
