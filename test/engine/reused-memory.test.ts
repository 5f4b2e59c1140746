/** Memory of removed series: the next series that uses it starts empty, for every aggregation. */
import type { Attributes } from '@opentelemetry/api';
import { AggregationType, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { counter, gauge, histogram, text, upDownCounter } from 'otelier';
import { expect, test } from 'vitest';
import { withMetric } from './metric.js';

const attributes = { id: text() };
const common = { name: 'm', unit: '1', description: 'M.', attributes };
const exponential: ViewOptions = { instrumentName: 'm', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } };

interface Recorder {
  add?(value: number, attributes: Attributes): void;
  record?(value: number, attributes: Attributes): void;
  bind(attributes: Attributes): unknown;
  remove(attributes: Attributes): void;
}

const kinds = [
  { name: 'counter', metric: counter(common), make: 'createCounter' },
  { name: 'up-down counter', metric: upDownCounter(common), make: 'createUpDownCounter' },
  { name: 'gauge', metric: gauge(common), make: 'createGauge' },
  { name: 'histogram', metric: histogram({ ...common, buckets: [1, 10] }), make: 'createHistogram' },
  {
    name: 'exponential histogram',
    metric: histogram({ ...common, aggregation: 'exponential' }),
    make: 'createHistogram',
  },
  { name: 'exponential histogram of any sign', metric: gauge(common), make: 'createGauge', views: [exponential] },
] as const;

test.each(kinds)(
  'a series in the memory of a removed $name equals the first series',
  async ({ metric, make, ...rest }) => {
    const { meter, reader, name, options } = withMetric(metric, 'views' in rest ? { views: [...rest.views] } : {});
    const instrument = meter[make](name, options) as unknown as Recorder;
    const record = (value: number, id: string) =>
      (instrument.add ?? instrument.record)?.call(instrument, value, { id });
    record(4, 'first');
    const [first] = await reader.points();
    record(3, 'removed');
    record(0, 'removed');
    if (metric.kind !== 'counter' && metric.kind !== 'histogram') record(-2, 'removed');
    await reader.points();
    instrument.remove({ id: 'removed' });
    record(4, 'next');
    expect((await reader.points()).map(({ attributes: { id }, value }) => [id, value])).toEqual([
      ['first', first?.value],
      ['next', first?.value],
    ]);
  },
);

test.each(kinds)('a bound $name in the memory of a removed series has no point before it records', async (kind) => {
  const { metric, make } = kind;
  const { meter, reader, name, options } = withMetric(metric, 'views' in kind ? { views: [...kind.views] } : {});
  const instrument = meter[make](name, options) as unknown as Recorder;
  (instrument.add ?? instrument.record)?.call(instrument, 3, { id: 'removed' });
  await reader.points();
  instrument.remove({ id: 'removed' });
  instrument.bind({ id: 'next' });
  expect(await reader.points()).toEqual([]);
});
