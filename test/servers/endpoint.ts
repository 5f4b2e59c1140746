/** Starts a Prometheus endpoint with a separate provider, on which tests create instruments. */
import type { Attributes, MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider as StockMeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import type { PrometheusInput } from 'otelier/backends/prometheus';
import { MeterProvider } from 'otelier/engine';
import { prometheusKind } from '../../src/backends/prometheus/kind.js';

/** A running endpoint. */
export interface Endpoint {
  readonly provider: MeterProviderApi;
  /** URL of `/metrics`. */
  readonly url: string;
  /** Host and port. */
  readonly target: string;
  /** Logged warnings. */
  readonly warnings: readonly string[];
  /** Returns the scrape for an `Accept` header. */
  scrape(accept: string): Promise<string>;
  stop(): Promise<void>;
}

/** Options of an endpoint and its provider. */
export interface EndpointSetting extends PrometheusInput {
  readonly views?: ViewOptions[];
  readonly resource?: Attributes;
  /** The `MeterProvider` that records. The stock provider admits input that otelier's rejects. */
  readonly sdk?: 'otelier' | 'stock';
}

/** Starts an endpoint on a free port of 127.0.0.1. */
export async function startEndpoint({
  views = [],
  resource = { 'service.name': 'test' },
  sdk = 'otelier',
  ...options
}: EndpointSetting = {}): Promise<Endpoint> {
  const warnings: string[] = [];
  const defaults = Object.entries(prometheusKind.options).map(([name, option]) => [name, option.default]);
  const values = { ...Object.fromEntries(defaults), host: '127.0.0.1', port: 0, ...options };
  const backend = prometheusKind.start(values, {
    clock: { nowUnixMs: () => Date.now(), monotonicMs: () => performance.now() },
    exportIntervalMs: undefined,
    exportTimeoutMs: 10_000,
    name: 'prometheus',
    chosenBy: 'code',
    onDelivery() {},
    statuses: () => [backend.status()],
    warn: (message) => warnings.push(message),
  });
  const setting = { readers: [backend.reader], views, resource: resourceFromAttributes(resource) };
  const provider = sdk === 'otelier' ? new MeterProvider(setting) : new StockMeterProvider(setting);
  await backend.ready;
  const url = backend.status().url as string;
  return {
    provider,
    url,
    target: new URL(url).host,
    warnings,
    async scrape(accept) {
      const response = await fetch(url, { headers: { accept } });
      if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
      return response.text();
    },
    stop: () => provider.shutdown(),
  };
}

/** `Accept` headers of scrapers. */
export const accepts = {
  text: 'text/plain;version=0.0.4',
  openMetrics: 'application/openmetrics-text;version=1.0.0',
  protobuf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
} as const;
