/** The current metrics in a format of Prometheus, in the process. */
import { prometheusKind } from '../backends/prometheus/kind.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { nearest, unknownName } from '../errors/nearest.js';
import { MetricsError, wrongObject } from '../errors.js';
import { holdingProcess } from '../model/deadline.js';
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
  options: { readonly format?: (typeof formats)[number] | undefined } = {},
  warned: Set<string> = new Set(),
): Promise<string | Uint8Array> {
  const problems = [
    ...wrongObject('exposition', options),
    ...Object.keys(Object(options)).flatMap((name) =>
      name === 'format' ? [] : [unknownName(`exposition.${name}`, name, 'a known option', ['format'])],
    ),
  ];
  const { format = 'text' } = Object(options) as typeof options;
  if (!formats.includes(format)) {
    const expected = `one of ${formats.join(', ')}`;
    problems.push({ where: 'exposition.format', value: format, expected, suggestion: nearest(format, formats) });
  }
  if (problems.length > 0)
    throw new MetricsError('METRICS_OPTIONS_INVALID', problems, {
      remedy: 'Correct the listed options; nothing was read.',
    });
  const resolved = chosen.find(({ kindName }) => kindName === prometheusKind.name)?.options;
  const values = resolved ?? resolveOptions('prometheus.', prometheusKind.options, {}, environment).values;
  const { encodeSnapshot } = await import('../backends/prometheus/snapshot.js');
  const warn = (message: string) => {
    if (!warned.has(message)) diag.warn(message);
    warned.add(message);
  };
  const optionValues = values as OptionValues<typeof prometheusKind.options>;
  // The limit of callbacks does not keep the process alive, in which nothing else may be running.
  const bytes = await holdingProcess(encodeSnapshot(engine.snapshotProducer(), format, optionValues, warn));
  return format === 'protobuf' ? bytes : bytes.toString();
}
