/** The current metrics in a format of Prometheus, in the process. */
import { prometheusKind } from '../backends/prometheus/kind.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { MetricsError } from '../errors.js';
import { diag } from '../model/diag.js';
import type { OptionValues } from '../options/option.js';
import { resolveOptions } from '../options/resolve.js';
import type { BackendsPlan } from './running-backends.js';

const formats = ['text', 'openmetrics', 'openmetrics2', 'protobuf'] as const;

/**
 * Collects and encodes the metrics with the options of the first backend `prometheus` of the plan, else with those of the
 * environment. See `RunningMetrics.exposition`.
 *
 * @param warned messages that were logged; updated.
 */
export async function expose(
  engine: EngineMeterProvider,
  { chosen, environment }: Pick<BackendsPlan, 'chosen' | 'environment'>,
  { format = 'text' }: { readonly format?: (typeof formats)[number] | undefined } = {},
  warned: Set<string> = new Set(),
): Promise<string | Uint8Array> {
  if (!formats.includes(format)) {
    const problem = { where: 'exposition.format', value: format, expected: `one of ${formats.join(', ')}` };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  const { options } = prometheusKind;
  const resolved = chosen.find(({ kindName }) => kindName === prometheusKind.name)?.options;
  const values = resolved ?? resolveOptions('prometheus.', options, {}, environment).values;
  const { encodeSnapshot } = await import('../backends/prometheus/snapshot.js');
  const warn = (message: string) => {
    if (!warned.has(message)) diag.warn(message);
    warned.add(message);
  };
  const bytes = await encodeSnapshot(engine.snapshotProducer(), format, values as OptionValues<typeof options>, warn);
  return format === 'protobuf' ? bytes : bytes.toString();
}
