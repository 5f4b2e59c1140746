/**
 * Backend `datadog`: pushes series to Datadog's API, without an Agent or a Datadog library.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { datadogKind } from './kind.js';
import type { datadogOptions } from './options.js';

/**
 * Configures Datadog with options in code, for `startMetrics({ backends: [...] })`. Prefer `DD_API_KEY` for the key.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { datadog } from 'otelier/backends/datadog';
 * startMetrics({ backends: [datadog({ site: 'datadoghq.eu', tags: ['team:search'], histograms: 'counters' })] });
 */
export function datadog(options: OptionInput<typeof datadogOptions> = {}): ConfiguredBackend<typeof datadogOptions> {
  return { kind: datadogKind, input: options };
}
