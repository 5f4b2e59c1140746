/**
 * Backend `datadog`: pushes series to Datadog's API, without an Agent and without a library of Datadog's.
 *
 * @module
 */
import type { ConfiguredBackend } from '../../delivery/contract.js';
import type { OptionInput } from '../../options/option.js';
import { datadogKind } from './kind.js';
import type { datadogOptions } from './options.js';

/**
 * Datadog with options set in code, for `startMetrics({ backends: [...] })`. The key is best left to `DD_API_KEY`.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { datadog } from 'otelier/backends/datadog';
 * startMetrics({ backends: [datadog({ site: 'datadoghq.eu', tags: ['team:search'], histograms: 'counters' })] });
 */
export function datadog(options: OptionInput<typeof datadogOptions> = {}): ConfiguredBackend<typeof datadogOptions> {
  return { kind: datadogKind, input: options };
}
