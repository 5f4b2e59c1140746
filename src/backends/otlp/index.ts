/**
 * Backend `otlp`: pushes to an OpenTelemetry Collector, or to anything else that takes OTLP over HTTP. Encoding
 * and transport are ours; http/json is encoded by the stock OpenTelemetry exporter.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { otlpKind } from './kind.js';
import type { otlpOptions } from './options.js';

/**
 * OTLP with options set in code, for `startMetrics({ backends: [...] })`.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { otlp } from 'otelier/backends/otlp';
 * startMetrics({ backends: [otlp({ endpoint: 'https://collector.example/v1/metrics', compression: 'gzip' })] });
 */
export function otlp(options: OptionInput<typeof otlpOptions> = {}): ConfiguredBackend<typeof otlpOptions> {
  return { kind: otlpKind, input: options };
}
