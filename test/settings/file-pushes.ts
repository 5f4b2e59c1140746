/** Configuration files that push to an endpoint, and helpers to read the requests. */
import { startHttpPeer } from '../support/http-peer.js';
import { afterwards } from './configuration-file.js';

export async function collector() {
  const peer = await startHttpPeer();
  afterwards(peer.close);
  return peer;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of a request; each test checks the parts it expects.
export type Json = any;

export const jsonOf = (body: Buffer | undefined): Json => JSON.parse(String(body)).resourceMetrics[0];

export function metricsOf(body: Buffer | undefined): Record<string, Json> {
  const scopes: Json[] = jsonOf(body).scopeMetrics;
  return Object.fromEntries(scopes.flatMap(({ metrics }) => metrics).map((metric: Json) => [metric.name, metric]));
}

export const attributesOf = (list: Json[]): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Returns a file that pushes JSON to `url`, with additional keys below the exporter, the reader and the provider. */
export const pushing = (url: string, { exporter = '', reader = '', provider = '', rest = '' } = {}) => `
meter_provider:
  readers:
    - periodic:
        exporter: { otlp_http: { endpoint: "${url}/v1/metrics", encoding: json, ${exporter} } }
        ${reader}
  ${provider}
${rest}
`;
