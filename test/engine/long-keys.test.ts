/** Attribute keys beyond the maximum length are cut and counted, as values are. */
import type { Attributes } from '@opentelemetry/api';
import { createDenyListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { PlainReader, startEngine } from './provider.js';

type Engine = ReturnType<typeof startEngine>;

const longest = 'k'.repeat(4_096);
const attributes = { [`${longest}1`]: 'a', other: 1 };
const cut = { [longest]: 'a', other: 1 };
const views = [{ instrumentName: 'm', attributesProcessors: [createDenyListAttributesProcessor(['x'])] }];
const recordings: Readonly<Record<string, (meter: Engine['meter'], given: Attributes) => void>> = {
  counter: (meter, given) => meter.createCounter('m').add(1, given),
  gauge: (meter, given) => meter.createGauge('m').record(1, given),
  histogram: (meter, given) => meter.createHistogram('m').record(1, given),
  'observable counter': (meter, given) =>
    meter.createObservableCounter('m').addCallback((result) => result.observe(1, given)),
  'observable gauge': (meter, given) =>
    meter.createObservableGauge('m').addCallback((result) => result.observe(1, given)),
};

test.each(
  Object.keys(recordings).flatMap((kind) =>
    (['cumulative', 'delta'] as const).flatMap((temporality) =>
      [false, true].map((view) => [kind, temporality, view ? 'with' : 'without'] as const),
    ),
  ),
)('%s, %s, %s a view', async (kind, temporality, view) => {
  const reader = new PlainReader(temporality);
  const { meter, provider } = startEngine({ readers: [reader], views: view === 'with' ? views : [] });
  recordings[kind]?.(meter, attributes);
  const points = await reader.points();
  expect(points.map((point) => point.attributes)).toEqual([cut]);
  expect(provider.rejections.attribute_cut).toBe(1);
});

test('every recording is counted, and a key of the maximum length stays', async () => {
  const reader = new PlainReader();
  const { meter, provider } = startEngine({ readers: [reader] });
  for (let times = 0; times < 3; times++) meter.createCounter('m').add(1, attributes);
  meter.createCounter('m').add(1, cut);
  const points = await reader.points();
  expect(points.map(({ attributes: given, value }) => [given, value])).toEqual([[cut, 4]]);
  expect(provider.rejections.attribute_cut).toBe(3);
});
