/**
 * Backend `otlp`: pushes to an OpenTelemetry Collector or any other receiver of OTLP over HTTP or gRPC.
 *
 * The encoders and the HTTP client belong to this package. The optional package `@grpc/grpc-js` sends over gRPC.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { otlpKind } from './kind.js';
import type { otlpOptions } from './options.js';

/**
 * Configures OTLP with options in code, for `startMetrics({ backends: [...] })`.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { otlp } from 'otelier/backends/otlp';
 * startMetrics({ backends: [otlp({ endpoint: 'https://collector.example/v1/metrics', compression: 'gzip' })] });
 */
export function otlp(options: OptionInput<typeof otlpOptions> = {}): ConfiguredBackend<typeof otlpOptions> {
  return { kind: otlpKind, input: options };
}
