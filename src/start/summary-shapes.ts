/** State sets and info metrics in a summary: their values are attributes; the numbers of their series only mark them. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { Metric } from '../catalogue/catalogue.js';
import type { NumberReading } from './summary-reading.js';
import type { InfoSummary, StateSetSummary } from './summary-types.js';

/** Returns the summary of a state set or info metric from its points. */
export function shapedSummary(
  { name, shape }: Metric,
  points: readonly NumberReading[],
  maxSeries: number,
): StateSetSummary | InfoSummary {
  // A state that does not apply has the value 0.
  const current = points.filter(({ value }) => value === 1).sort((one, other) => orderOf(other) - orderOf(one));
  if (shape === 'info') {
    const series = current.map(({ attributes }) => ({ attributes: attributes as Attributes }));
    return {
      kind: 'info',
      attributes: series[0]?.attributes,
      seriesCount: series.length,
      series: series.slice(0, maxSeries),
    };
  }
  const series = current.flatMap(({ attributes }) => {
    // The state is an attribute with the name of the metric. A view may remove it.
    const { [name]: state, ...others } = attributes as Attributes;
    return typeof state === 'string' ? [{ state, attributes: Object.freeze(others) }] : [];
  });
  const { length: seriesCount } = series;
  return { kind: 'stateSet', state: series[0]?.state, seriesCount, series: series.slice(0, maxSeries) };
}

type Attributes = Readonly<Record<string, AttributeValue>>;

function orderOf({ series }: NumberReading): number {
  return series.lastRecorded ?? 0;
}
